"""Inputs: which runs the values of a call depend on, and those values with futures and states replaced by results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefect._dual.effects import Call, Settle, Steps
from prefect._engine.results_seen import SEARCHED, ResultsSeen
from prefect._visiting import DEEPEST, PLAIN_TYPES, find, parts, replace
from prefect.exceptions import UpstreamTaskError
from prefect.futures import PrefectFuture
from prefect.schemas.results import read_state_result
from prefect.schemas.run_inputs import RunInput, RunType
from prefect.schemas.states import State
from prefect.utilities.annotations import BaseAnnotation, opaque, quote

_UPSTREAM = (PrefectFuture, State)


def upstream_futures(values: Iterable[Any]) -> list[PrefectFuture[Any]]:
    """Return the futures inside some values."""
    return [future for value in values for future, _ in find(value, PrefectFuture)]


def wait_for_runs(values: Iterable[Any]) -> Steps[None]:
    """Wait until the runs of all futures inside some values have ended."""
    for future in upstream_futures(values):
        if not future.state.is_final():
            wrapped = getattr(future, "wrapped_future", None)
            yield Settle(wrapped) if wrapped is not None else Call(future.wait, (), {})


def resolve(value: Any) -> Any:
    """Return a value with each future and state inside it replaced by its result, and annotations taken off.

    Futures must have ended. A failed run inside `allow_failure` is replaced by its exception.

    Raises:
        UpstreamTaskError: A run did not complete.
    """
    return replace(value, _UPSTREAM, _result_of)


def has_upstream(value: Any) -> bool:
    """Whether there is a future or state inside a value, or an annotation around it."""
    if type(value) in PLAIN_TYPES:
        return False
    return isinstance(value, BaseAnnotation) or next(find(value, _UPSTREAM), None) is not None


def check_upstream(value: Any) -> None:
    """Do nothing if all runs inside a value completed, or their failure is allowed.

    Raises:
        UpstreamTaskError: A run did not complete.
    """
    for run, allowed in find(value, _UPSTREAM):
        _check(_state_of(run), allowed=allowed)


def _state_of(run: Any) -> State[Any]:
    return run if isinstance(run, State) else run.state  # pyright: ignore[reportUnknownVariableType] - a state of anything


def _result_of(run: Any, allowed: bool) -> Any:
    state = _state_of(run)
    _check(state, allowed=allowed)
    return read_state_result(state, raise_on_failure=False)


def _check(state: State[Any], *, allowed: bool) -> None:
    if state.is_completed() or (allowed and state.is_final()):
        return
    run_id = state.state_details.task_run_id or state.state_details.flow_run_id
    raise UpstreamTaskError(f"Upstream task run '{run_id}' did not reach a 'COMPLETED' state.")


def collect_inputs(value: Any, seen: ResultsSeen | None) -> set[RunInput]:
    """Return the runs that a value comes from: futures and states in it, and results of this flow run's runs."""
    found: set[RunInput] = set()
    if type(value) not in PLAIN_TYPES or seen:
        _collect(value, seen, found, 0, set())
    return found


def _collect(
    value: Any, seen: ResultsSeen | None, found: set[RunInput], depth: int, visited: set[int]
) -> None:
    if isinstance(value, PrefectFuture):
        found.add(value.run_input)
        return
    if isinstance(value, State):
        _add_state(value, RunType.TASK_RUN, found)  # pyright: ignore[reportUnknownArgumentType] - a state of anything
        return
    known = seen.find(value) if seen else None
    if known:
        _add_state(known[0], known[1], found)
        return
    if (
        type(value) in PLAIN_TYPES
        or isinstance(value, (quote, opaque))
        or depth >= DEEPEST
        or id(value) in visited
    ):
        return
    visited.add(id(value))
    if isinstance(value, BaseAnnotation):
        _collect(value.unwrap(), seen, found, depth + 1, visited)
        return
    searched = seen and isinstance(value, (list, tuple, set)) and len(value) <= SEARCHED  # pyright: ignore[reportUnknownArgumentType] - a collection of anything
    for part in value if searched else parts(value):  # pyright: ignore[reportUnknownVariableType] - a part of anything
        _collect(part, seen, found, depth + 1, visited)


def _add_state(state: State[Any], run_type: RunType, found: set[RunInput]) -> None:
    reference = state.state_details.to_run_result(run_type) or state.state_details.to_run_result(
        RunType.FLOW_RUN
    )
    if reference is not None:
        found.add(reference)
