"""Tools for tests of flows: the harness, and assertions about blocks, results, warnings and exceptions."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.schemas.results import ResultRecord, ResultRecordMetadata
from prefect.testing.harness import prefect_test_harness

if TYPE_CHECKING:
    from prefect.blocks.core import Block
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.states import State
    from prefect.serializers import Serializer

__all__ = [
    "a_test_step",
    "assert_blocks_equal",
    "assert_does_not_warn",
    "assert_uses_result_serializer",
    "assert_uses_result_storage",
    "b_test_step",
    "exceptions_equal",
    "get_most_recent_flow_run",
    "kubernetes_environments_equal",
    "prefect_test_harness",
]


def exceptions_equal(a: BaseException | None, b: BaseException | None) -> bool:
    """Return whether two exceptions are of one type and have the same arguments; None equals None."""
    if a is None or b is None:
        return a is b
    return type(a) is type(b) and a.args == b.args


@contextmanager
def assert_does_not_warn(ignore_warnings: list[type[Warning]] | None = None) -> Generator[None]:
    """Fail if anything in the block warns.

    Args:
        ignore_warnings: Kinds of warnings that may come.

    Raises:
        AssertionError: There was another warning.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ignore_warnings or ():
            warnings.filterwarnings("ignore", category=kind)
        try:
            yield
        except Warning as warning:
            raise AssertionError(f"A warning was raised: {warning!r}") from warning


def kubernetes_environments_equal(
    actual: Sequence[Mapping[str, str]], expected: Sequence[Mapping[str, str]] | Mapping[str, str]
) -> bool:
    """Return whether two environments are equal, given as lists of names and values in any order, or as a mapping.

    Where they differ, what differs is printed, so that a failed test shows it.
    """
    wanted = expected if isinstance(expected, Mapping) else _as_mapping(expected)
    there = _as_mapping(actual)
    for name in sorted({*wanted, *there}):
        if wanted.get(name) != there.get(name):
            print(f"{name} is {there.get(name)!r}, expected {wanted.get(name)!r}")  # noqa: T201 - for the report of a failed test
    return wanted == there


def _as_mapping(environment: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {variable["name"]: variable.get("value", "") for variable in environment}


def assert_blocks_equal(found: Block, expected: Block, exclude_private: bool = True, **kwargs: Any) -> None:
    """Fail unless two blocks are of one type and have the same fields.

    Args:
        found: One.
        expected: The other.
        exclude_private: Leave aside whether and as what they are saved.
        **kwargs: Passed on to `model_dump`.
    """
    assert type(found) is type(expected), f"{found!r} is no {type(expected).__name__}"
    left, right = found.model_dump(**kwargs), expected.model_dump(**kwargs)
    assert left == right, f"The blocks differ: {left} and {right}"
    if not exclude_private:
        private = [{name: getattr(block, name, None) for name in _PRIVATE} for block in (found, expected)]
        assert private[0] == private[1], f"The blocks are saved differently: {private[0]} and {private[1]}"


_PRIVATE = ("_block_document_id", "_block_document_name", "_is_anonymous")


async def assert_uses_result_serializer(
    state: State[Any], serializer: str | Serializer, client: object = None
) -> None:
    """Fail unless the result of a run is written with a serializer.

    Args:
        state: The state of the run.
        serializer: The serializer, or the name of its type.
        client: Not needed: how a result is written travels with the state.
    """
    used: Mapping[str, Any] = _metadata(state).get("serializer") or {}
    if isinstance(serializer, str):
        assert used.get("type") == serializer, f"The result is written with {used}, not {serializer!r}."
    else:
        assert used == serializer.spec(), f"The result is written with {used}, not {serializer.spec()}."


async def assert_uses_result_storage(state: State[Any], storage: object, client: object = None) -> None:
    """Fail unless the result of a run is kept in a storage.

    Args:
        state: The state of the run.
        storage: The storage; its id if it is saved as a block, or the folder that it writes to.
        client: Not needed: where a result is travels with the state.
    """
    metadata = _metadata(state)
    wanted = getattr(storage, "_block_document_id", None)
    if wanted is not None:
        used = metadata.storage_block_id
        assert used == str(wanted), f"The result is in the storage {used}, not {wanted}."
        return
    _assert_below(metadata.storage_key or "", str(getattr(storage, "basepath", storage)))


def _assert_below(key: str, folder: str) -> None:
    inside = Path(folder).expanduser().resolve() in Path(key).resolve().parents
    assert inside, f"The result is at {key}, which is not in {folder}."


def _metadata(state: State[Any]) -> ResultRecordMetadata:
    data: object = state.data
    metadata = cast("ResultRecord[Any]", data).metadata if isinstance(data, ResultRecord) else data
    assert isinstance(metadata, Mapping), f"The result of {state!r} is not persisted."
    return ResultRecordMetadata(cast("Mapping[str, Any]", metadata))


async def get_most_recent_flow_run(client: object = None, flow_name: str | None = None) -> FlowRun:
    """Return the newest flow run.

    Args:
        client: Not needed: what is recorded under the present settings is read.
        flow_name: Only runs of the flow of this name.

    Raises:
        ObjectNotFound: There is none.
    """
    backend = get_backend()
    await asyncio.wrap_future(backend.flush())
    runs = backend.list_flow_runs(flow_names=[flow_name] if flow_name else [], limit=1)
    if not runs:
        whose = f" of the flow {flow_name!r}" if flow_name else ""
        raise ObjectNotFound(LookupError(f"No flow run{whose} has been recorded."))
    return runs[0]


def a_test_step(**kwargs: Any) -> dict[str, Any]:
    """Return what a step of a deployment might: its inputs and three outputs."""
    return {**b_test_step(**kwargs), "output3": "This one is actually a string"}


def b_test_step(**kwargs: Any) -> dict[str, Any]:
    """Return what a step of a deployment might: its inputs and two outputs."""
    return {**kwargs, "output1": 1, "output2": ["b", 2, 3]}
