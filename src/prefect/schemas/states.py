"""States: what a run is doing or how it ended, at one moment.

A state has a type (one of nine, which the rules go by), a name (for people; several names share a type), a message,
details and, in the process that made it, the result of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Generic, Literal, Self, overload
from uuid import UUID

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, field_serializer
from typing_extensions import TypeVar

from prefect._clock import now
from prefect._dual.dispatch import async_dispatch
from prefect.schemas._base import Body, Identified, Record
from prefect.schemas.results import ResultRecord, read_state_result
from prefect.schemas.run_inputs import FlowRunResult, RunType, TaskRunResult

R = TypeVar("R", default=Any)


class StateType(str, Enum):
    """What the rules of orchestration go by."""

    SCHEDULED = "SCHEDULED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    CRASHED = "CRASHED"
    PAUSED = "PAUSED"
    CANCELLING = "CANCELLING"

    # Names that documents list as types: aliases of the type they travel as.
    SUSPENDED = "PAUSED"
    AWAITING_RETRY = "SCHEDULED"
    RETRYING = "RUNNING"

    @classmethod
    def _missing_(cls, value: object) -> StateType | None:
        return cls.__members__.get(value) if isinstance(value, str) else None

    def __str__(self) -> str:
        return self.value


TERMINAL_STATES = {StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED}
"""The types in which a run has ended."""

_DEFAULT_NAMES = {type_: type_.value.capitalize() for type_ in StateType}


class StateDetails(Record):
    """What else is known of a state. Times are UTC."""

    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None
    child_flow_run_id: UUID | None = None
    scheduled_time: datetime | None = None
    cache_key: str | None = None
    cache_expiration: datetime | None = None
    deferred: bool | None = None
    untrackable_result: bool = False
    pause_timeout: datetime | None = None
    pause_reschedule: bool = False
    pause_key: str | None = None
    run_input_keyset: dict[str, str] | None = None
    refresh_cache: bool | None = None
    retriable: bool | None = None
    transition_id: UUID | None = None
    task_parameters_id: UUID | None = None
    traceparent: str | None = None
    deployment_concurrency_lease_id: UUID | None = None

    def to_run_result(self, run_type: RunType) -> FlowRunResult | TaskRunResult | None:
        """Return the reference by which another run names this one as its input, if the run is known."""
        if run_type == RunType.FLOW_RUN:
            return FlowRunResult(id=self.flow_run_id) if self.flow_run_id else None
        return TaskRunResult(id=self.task_run_id) if self.task_run_id else None


class State(Identified, Generic[R]):
    """The state of a run at `timestamp` (UTC).

    Example:
        >>> state = my_flow(return_state=True)
        >>> state.is_completed(), state.result()
        (True, 42)
    """

    model_config = ConfigDict(extra="ignore", from_attributes=True)
    _fresh_fields: ClassVar[frozenset[str]] = frozenset({"id", "created", "updated", "timestamp"})

    type: StateType
    name: str | None = None
    timestamp: datetime = Field(default_factory=now)
    message: str | None = None
    state_details: StateDetails = Field(default_factory=StateDetails)
    data: Any = Field(default=None)

    def model_post_init(self, context: Any, /) -> None:
        """Give the state the name of its type when it has none, and a scheduled one a time."""
        if self.type is StateType.SCHEDULED and self.state_details.scheduled_time is None:
            details = self.state_details.model_copy(update={"scheduled_time": self.timestamp})
            vars(self)["state_details"] = details
        if self.name is None:
            # Past pydantic's own assignment, which costs more than all the rest of making a state.
            vars(self)["name"] = _DEFAULT_NAMES[self.type]

    @field_serializer("data", mode="wrap", when_used="json")
    def _data_on_the_wire(self, data: Any, dump: SerializerFunctionWrapHandler) -> Any:
        """A result stays in the process that made it unless it was persisted; then its metadata travels."""
        if isinstance(data, ResultRecord):
            return None if data.metadata is None else dump(data.metadata)
        return dump(data)

    @overload
    async def aresult(self, raise_on_failure: Literal[True] = ..., retry_result_failure: bool = ...) -> R: ...
    @overload
    async def aresult(self, raise_on_failure: bool, retry_result_failure: bool = ...) -> R | Exception: ...
    async def aresult(self, raise_on_failure: bool = True, retry_result_failure: bool = True) -> Any:
        """Return the result of the run; the form for async code. See `result`."""
        del retry_result_failure
        return read_state_result(self, raise_on_failure=raise_on_failure)

    @overload
    def result(
        self,
        raise_on_failure: Literal[True] = ...,
        retry_result_failure: bool = ...,
        *,
        _sync: bool | None = ...,
    ) -> R: ...
    @overload
    def result(
        self, raise_on_failure: bool, retry_result_failure: bool = ..., *, _sync: bool | None = ...
    ) -> R | Exception: ...
    @async_dispatch(aresult)
    def result(self, raise_on_failure: bool = True, retry_result_failure: bool = True) -> Any:
        """Return the result of the run; in async code, an awaitable of it.

        Args:
            raise_on_failure: Raise the run's exception if it failed; otherwise return the exception.
            retry_result_failure: Try again when a stored result cannot be read at once.

        Raises:
            UnfinishedRun: The run has not ended.
            MissingResult: The run completed, but its result was not kept where this process can read it.
        """
        del retry_result_failure
        return read_state_result(self, raise_on_failure=raise_on_failure)

    def is_scheduled(self) -> bool:
        """Whether the run waits for its time."""
        return self.type == StateType.SCHEDULED

    def is_pending(self) -> bool:
        """Whether the run is about to start."""
        return self.type == StateType.PENDING

    def is_running(self) -> bool:
        """Whether the run is running."""
        return self.type == StateType.RUNNING

    def is_completed(self) -> bool:
        """Whether the run ended well."""
        return self.type == StateType.COMPLETED

    def is_failed(self) -> bool:
        """Whether the run's own code failed."""
        return self.type == StateType.FAILED

    def is_crashed(self) -> bool:
        """Whether the run was ended from outside its code: a signal, a lost process, no memory."""
        return self.type == StateType.CRASHED

    def is_cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return self.type == StateType.CANCELLED

    def is_cancelling(self) -> bool:
        """Whether somebody asked to cancel the run and it has not ended yet."""
        return self.type == StateType.CANCELLING

    def is_final(self) -> bool:
        """Whether the run has ended."""
        return self.type in TERMINAL_STATES

    def is_paused(self) -> bool:
        """Whether the run is paused or suspended."""
        return self.type == StateType.PAUSED

    def fresh_copy(self, **changes: Any) -> Self:
        """Return a copy that is a new state: its own id and timestamp, no run yet, and `changes` applied."""
        fields = self.reset_fields(**changes)
        if "state_details" not in changes:
            details = self.state_details.model_copy(
                update={"flow_run_id": None, "task_run_id": None, "child_flow_run_id": None}
            )
            fields = {**fields, "state_details": details}
        return type(self)(**fields)

    def __repr__(self) -> str:
        return f"{self.name}(message={self.message!r}, type={self.type.value}, result={self.data!r})"

    def __str__(self) -> str:
        told: list[str] = []
        if self.message:
            told.append(repr(self.message))
        if self.name and self.name.lower() != self.type.value.lower():
            told.append(f"type={self.type.value}")
        return f"{self.name}({', '.join(told)})"

    def __hash__(self) -> int:
        return hash(self.id)


class StateCreate(Body):
    """Propose a state for a run."""

    type: StateType
    name: str | None = None
    message: str | None = None
    data: Any = None
    state_details: StateDetails = Field(default_factory=StateDetails)


def details_with(state: State[Any], changes: Mapping[str, Any]) -> State[Any]:
    """Return the same state with some details changed; the given state is left as it is."""
    return state.model_copy(update={"state_details": state.state_details.model_copy(update=dict(changes))})
