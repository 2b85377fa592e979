"""A result as it travels with a state, and how it is read back from one.

The result itself stays in the process (`ResultRecord.result`). Only a result that was persisted has metadata, which
travels on the wire and says where the value is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol

from typing_extensions import TypeVar

from prefect._imports import load
from prefect.exceptions import CancelledRun, CrashedRun, FailedRun, MissingResult, PausedRun, UnfinishedRun

if TYPE_CHECKING:
    from prefect.schemas.states import State

R = TypeVar("R", default=Any)


class ResultSerializing(Protocol):
    """What writes and reads results: see `prefect.serializers`."""

    type: str

    def dumps(self, obj: Any) -> bytes:
        """Return a result as bytes."""
        ...

    def loads(self, blob: bytes) -> Any:
        """Return the result that bytes stand for."""
        ...

    def spec(self) -> dict[str, Any]:
        """Return all that is needed to make the same serializer elsewhere, as JSON."""
        ...


class ResultRecordMetadata(dict[str, Any]):
    """Where a persisted result is, how to read it, and until when it may be used instead of a new one.

    It is the JSON that travels with a state; the attributes name what is in it.
    """

    serializer: ResultSerializing | None
    """What the result is written with; None while it is only known by its description, under "serializer"."""

    def __init__(
        self,
        wire: Mapping[str, Any] | None = None,
        *,
        storage_key: str | None = None,
        expiration: datetime | None = None,
        serializer: ResultSerializing | None = None,
        prefect_version: str | None = None,
        storage_block_id: Any = None,
    ) -> None:
        self.serializer = serializer
        if wire is not None:
            super().__init__(wire)
            return
        super().__init__(
            storage_key=storage_key,
            expiration=None if expiration is None else expiration.isoformat(),
            serializer=None if serializer is None else serializer.spec(),
            prefect_version=prefect_version,
            storage_block_id=None if storage_block_id is None else str(storage_block_id),
        )

    @property
    def storage_key(self) -> str | None:
        """The whole path of the result in its storage."""
        return self.get("storage_key")

    @property
    def expiration(self) -> datetime | None:
        """The time from which the result is not used instead of a new one."""
        text = self.get("expiration")
        return None if text is None else datetime.fromisoformat(text)

    @property
    def prefect_version(self) -> str | None:
        """The API level of whoever wrote the result."""
        return self.get("prefect_version")

    @property
    def storage_block_id(self) -> str | None:
        """The id of the block that the storage is kept as, if it is."""
        return self.get("storage_block_id")

    def dump_bytes(self) -> bytes:
        """Return the metadata as the text of JSON."""
        return json.dumps(self, separators=(",", ":")).encode()


@dataclass(slots=True)
class ResultRecord(Generic[R]):
    """The result of a run in the process that made it. `metadata` is None while it is not persisted."""

    result: R
    metadata: ResultRecordMetadata | None = None


def read_state_result(state: State[Any], *, raise_on_failure: bool) -> Any:
    """Return the result that a state holds.

    Args:
        state: The state of a run.
        raise_on_failure: Raise the exception of a run that did not complete; otherwise return it.

    Raises:
        UnfinishedRun: The run has not ended.
        PausedRun: The run is paused.
        MissingResult: The run completed, but its result is not available in this process.
    """
    if state.is_paused():
        raise PausedRun(
            "Run is paused, its result is not available. Resume it and wait for its end.", state=state
        )
    if not state.is_final():
        why = state.message or "Wait for its end."
        raise UnfinishedRun(f"Run is in {state.type.value} state, its result is not available. {why}")
    if state.is_completed():
        return _value_of(state)
    if raise_on_failure:
        raise state_exception(state)
    return _value_of(state) if state.data is not None else state_exception(state)


def state_exception(state: State[Any]) -> BaseException:
    """Return the exception that explains why a run did not complete.

    Raises:
        ValueError: The run did not fail, crash or get cancelled.
    """
    kind = _EXCEPTIONS.get(state.type.value)
    if kind is None:
        raise ValueError(
            f"A state of type {state.type.value} has no exception; only runs that ended badly do."
        )
    data = state.data
    value: Any = None if data is None else _value_of(state)
    if isinstance(value, BaseException):
        return value
    if isinstance(value, str):
        return kind(value)
    if value is None:
        return kind(state.message or f"Run {state.type.value.lower()}.")
    nested = _first_failure(value)
    if nested is not None:
        return state_exception(nested)
    raise TypeError(
        f"Unexpected result for {state.type.value.lower()} state: {value!r}. "
        "Give an exception, a text or a state as the data of such a state."
    )


_EXCEPTIONS: dict[str, type[Exception]] = {
    "FAILED": FailedRun,
    "CRASHED": CrashedRun,
    "CANCELLED": CancelledRun,
}


def _first_failure(value: Any) -> State[Any] | None:
    """Look for the failed state inside the data of a state: one state, or a collection of them."""
    if hasattr(value, "is_failed") and hasattr(value, "state_details"):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        states: list[State[Any]] = [item for item in value if hasattr(item, "is_failed")]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a collection of anything
        return next((s for s in states if s.is_failed() or s.is_crashed() or s.is_cancelled()), None)
    return None


def _names_a_written_result(data: Any) -> bool:
    return isinstance(data, dict) and "storage_key" in data and "serializer" in data


def _value_of(state: State[Any]) -> Any:
    data = state.data
    if isinstance(data, ResultRecord):
        return data.result  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - a record of anything
    if _names_a_written_result(data):
        # Reading needs storages and serializers, which live above; only whoever reads loads them.
        return load("prefect.results", "read_result")(data)
    if data is None:
        raise MissingResult(
            "The result of this run was not kept: it is in the process that made it, or it was not persisted. "
            "Set persist_result=True on the flow or task to read it later."
        )
    return data
