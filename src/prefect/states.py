"""States for people: a constructor for each name, and the way from a return value or an exception to a state."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from prefect._clock import now
from prefect._dual.dispatch import async_dispatch
from prefect._imports import load
from prefect.exceptions import TerminationSignal
from prefect.schemas.results import ResultRecord, read_state_result, state_exception
from prefect.schemas.states import State, StateCreate, StateDetails, StateType
from prefect.utilities.annotations import BaseAnnotation

if TYPE_CHECKING:
    from prefect.results import ResultStore

R = TypeVar("R")

RESULT_READ_MAXIMUM_ATTEMPTS = 10
"""How often a result that was written is looked for before it counts as gone."""
RESULT_READ_RETRY_DELAY = 0.25
"""How many seconds lie between two such looks."""


def _scheduled(
    cls: type[State[Any]] | datetime, name: str, scheduled_time: datetime | None, fields: dict[str, Any]
) -> State[Any]:
    if isinstance(cls, datetime):  # an older signature began with the time
        cls, scheduled_time = State, cls
    details = StateDetails.model_validate(fields.pop("state_details", None) or {})
    if scheduled_time is None:
        scheduled_time = details.scheduled_time or now()
    elif details.scheduled_time is not None:
        raise ValueError(
            "Give the scheduled time either as `scheduled_time` or in `state_details`, not as both."
        )
    details = details.model_copy(update={"scheduled_time": scheduled_time})
    given: dict[str, Any] = {"type": StateType.SCHEDULED, "name": name, **fields, "state_details": details}
    return cls(**given)


def Scheduled(
    cls: type[State[Any]] | datetime = State, scheduled_time: datetime | None = None, **kwargs: Any
) -> State[Any]:
    """Return a state for a run that waits until `scheduled_time` (default: now), which may be given first."""
    return _scheduled(cls, "Scheduled", scheduled_time, kwargs)


def Late(cls: type[State[Any]] = State, scheduled_time: datetime | None = None, **kwargs: Any) -> State[Any]:
    """Return a state for a run that should have started at `scheduled_time` and has not."""
    return _scheduled(cls, "Late", scheduled_time, kwargs)


def AwaitingRetry(
    cls: type[State[Any]] = State, scheduled_time: datetime | None = None, **kwargs: Any
) -> State[Any]:
    """Return a state for a run that failed and tries again at `scheduled_time`."""
    return _scheduled(cls, "AwaitingRetry", scheduled_time, kwargs)


def AwaitingConcurrencySlot(
    cls: type[State[Any]] = State, scheduled_time: datetime | None = None, **kwargs: Any
) -> State[Any]:
    """Return a state for a run that asks for a concurrency slot again at `scheduled_time`."""
    return _scheduled(cls, "AwaitingConcurrencySlot", scheduled_time, kwargs)


def Pending(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that is about to start."""
    return cls(type=StateType.PENDING, **kwargs)


def Submitting(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that is being handed to its infrastructure."""
    return cls(type=StateType.PENDING, name="Submitting", **kwargs)


def InfrastructurePending(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run whose infrastructure is starting."""
    return cls(type=StateType.PENDING, name="InfrastructurePending", **kwargs)


def Running(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that runs."""
    return cls(type=StateType.RUNNING, **kwargs)


def Retrying(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that runs again after it failed."""
    return cls(type=StateType.RUNNING, name="Retrying", **kwargs)


def Completed(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that ended well. A flow may return one to choose its name and message."""
    return cls(type=StateType.COMPLETED, **kwargs)


def Failed(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run whose code failed."""
    return cls(type=StateType.FAILED, **kwargs)


def Crashed(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that was ended from outside its code."""
    return cls(type=StateType.CRASHED, **kwargs)


def Cancelling(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that somebody asked to cancel."""
    return cls(type=StateType.CANCELLING, **kwargs)


def Cancelled(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Return a state for a run that was cancelled."""
    return cls(type=StateType.CANCELLED, **kwargs)


def Paused(
    cls: type[State[Any]] = State,
    timeout_seconds: int | None = None,
    pause_expiration_time: datetime | None = None,
    reschedule: bool = False,
    pause_key: str | None = None,
    **kwargs: Any,
) -> State[Any]:
    """Return a state for a run that waits to be resumed.

    Args:
        cls: The class of the state.
        timeout_seconds: The run fails if it is not resumed within this many seconds.
        pause_expiration_time: The run fails if it is not resumed by this time; instead of `timeout_seconds`.
        reschedule: Whether the run's process ends and a new one starts when it is resumed.
        pause_key: Pausing again under the same key does nothing.
        **kwargs: Other fields of the state.

    Raises:
        ValueError: Both ways of limiting the pause were given.
    """
    if timeout_seconds is not None and pause_expiration_time is not None:
        raise ValueError("Give either `timeout_seconds` or `pause_expiration_time`, not both.")
    details = StateDetails.model_validate(kwargs.pop("state_details", None) or {})
    if timeout_seconds:
        pause_expiration_time = now() + timedelta(seconds=timeout_seconds)
    changes: dict[str, Any] = {"pause_timeout": pause_expiration_time, "pause_key": pause_key}
    if reschedule:
        changes["pause_reschedule"] = True
    return cls(type=StateType.PAUSED, state_details=details.model_copy(update=changes), **kwargs)


def Suspended(
    cls: type[State[Any]] = State,
    timeout_seconds: int | None = None,
    pause_expiration_time: datetime | None = None,
    pause_key: str | None = None,
    **kwargs: Any,
) -> State[Any]:
    """Return a state for a run that is paused and whose process has ended; see `Paused`."""
    return Paused(
        cls,
        timeout_seconds=timeout_seconds,
        pause_expiration_time=pause_expiration_time,
        pause_key=pause_key,
        reschedule=True,
        **{"name": "Suspended", **kwargs},
    )


class StateGroup:
    """Several states looked at together."""

    def __init__(self, states: list[State[Any]]) -> None:
        self.states = states
        self.type_counts = Counter(state.type for state in states)
        self.total_count = len(states)
        self.cancelled_count = self.type_counts[StateType.CANCELLED]
        self.final_count = sum(state.is_final() for state in states)
        self.not_final_count = self.total_count - self.final_count
        self.paused_count = self.type_counts[StateType.PAUSED]

    @property
    def fail_count(self) -> int:
        """How many states are failed or crashed."""
        return self.type_counts[StateType.FAILED] + self.type_counts[StateType.CRASHED]

    def all_completed(self) -> bool:
        """Whether every state is completed."""
        return self.type_counts[StateType.COMPLETED] == self.total_count

    def any_cancelled(self) -> bool:
        """Whether a state is cancelled."""
        return self.cancelled_count > 0

    def any_failed(self) -> bool:
        """Whether a state is failed or crashed."""
        return self.fail_count > 0

    def any_paused(self) -> bool:
        """Whether a state is paused."""
        return self.paused_count > 0

    def all_final(self) -> bool:
        """Whether every state is final."""
        return self.final_count == self.total_count

    def counts_message(self) -> str:
        """Return how many states there are of each type, as a phrase."""
        parts: list[str] = []
        if self.not_final_count:
            parts.append(f"not_final={self.not_final_count}")
        parts.extend(f"{type_.value!r}={count}" for type_, count in self.type_counts.items())
        return f"total={self.total_count}, " + ", ".join(parts) if parts else f"total={self.total_count}"

    def __repr__(self) -> str:
        return f"StateGroup<{self.counts_message()}>"


def is_state_iterable(obj: Any) -> TypeGuard[Iterable[State[Any]]]:
    """Whether an object is a non-empty list, tuple or set of states."""
    if isinstance(obj, BaseAnnotation) or not isinstance(obj, (list, tuple, set)) or not obj:
        return False
    return all(isinstance(item, State) for item in obj)  # pyright: ignore[reportUnknownVariableType] - a collection of anything


def to_state_create(state: State[Any]) -> StateCreate:
    """Return the body by which this state is proposed; a result travels only if it was persisted."""
    data = state.data.metadata if isinstance(state.data, ResultRecord) else state.data  # pyright: ignore[reportUnknownMemberType] - a record of anything
    return StateCreate(
        type=state.type, name=state.name, message=state.message, data=data, state_details=state.state_details
    )


def state_from_return_value(
    value: Any, *, of_other_runs: bool = False, details: StateDetails | None = None
) -> State[Any]:
    """Return the final state of a run whose function returned `value`.

    A state that the function made is taken as it is. Of several states the worst decides: the run is cancelled if one
    was, and fails if one failed. Any other value means that the run completed.

    Args:
        value: What the function returned.
        of_other_runs: Let a single state that belongs to another run decide in the same way as several do.
        details: The details of a state that is made for a plain value.
    """
    if isinstance(value, State):
        state: State[Any] = value  # pyright: ignore[reportUnknownVariableType] - a state of anything
        details = state.state_details
        if of_other_runs and (details.task_run_id or details.flow_run_id):
            return _from_states([state], state)
        return _from_state(state)
    if is_state_iterable(value):
        return _from_states(list(value), value)
    return State(type=StateType.COMPLETED, data=ResultRecord(value), state_details=details or StateDetails())


def _from_state(state: State[Any]) -> State[Any]:
    data = state.data
    if data is None:
        data = ResultRecord(None)
    elif not isinstance(data, ResultRecord):
        data = ResultRecord(data)
    return State(type=state.type, name=state.name, message=state.message, data=data)


def _from_states(states: list[State[Any]], value: Any) -> State[Any]:
    group = StateGroup(states)
    total = group.total_count
    if group.all_completed():
        new_type, message = StateType.COMPLETED, "All states completed."
    elif group.any_cancelled():
        new_type, message = StateType.CANCELLED, f"{group.cancelled_count}/{total} states cancelled."
    elif group.any_paused():
        new_type, message = StateType.PAUSED, f"{group.paused_count}/{total} states paused."
    elif group.any_failed():
        new_type, message = StateType.FAILED, f"{group.fail_count}/{total} states failed."
    else:
        new_type, message = StateType.FAILED, f"{group.not_final_count}/{total} states are not final."
    return State(type=new_type, message=message, data=ResultRecord(value))


async def return_value_to_state(
    retval: Any,
    result_store: ResultStore | None = None,
    key: str | None = None,
    expiration: datetime | None = None,
    write_result: bool = False,
) -> State[Any]:
    """Return the final state of a run whose function returned `retval`; see `state_from_return_value`.

    Args:
        retval: What the function returned.
        result_store: The store for the result; with None the state keeps the value in this process.
        key: The key of the result; by default a new one.
        expiration: The time from which the result is not used instead of a new one.
        write_result: Write it now; otherwise `result_store.persist_result_record(state.data)` does later.
    """
    state = state_from_return_value(retval, of_other_runs=True)
    return await _with_record(state, result_store, write_result, key, expiration)


async def _with_record(
    state: State[Any],
    result_store: ResultStore | None,
    write_result: bool,
    key: str | None = None,
    expiration: datetime | None = None,
) -> State[Any]:
    """Return a state whose data has its place in a store, and is written there if that is asked for."""
    data = state.data
    if result_store is None or not isinstance(data, ResultRecord) or data.metadata is not None:
        return state
    record = result_store.create_result_record(data.result, key, expiration)  # pyright: ignore[reportUnknownMemberType] - results are the user's
    if write_result:
        await result_store.apersist_result_record(record)
    return state.model_copy(update={"data": record})


def failed_state(exception: BaseException, what: str, **fields: Any) -> State[Any]:
    """Return a failed state for an exception; `what` begins its message."""
    message = f"{what} {format_exception(exception)}"
    given: dict[str, Any] = {"message": message, **fields, "data": ResultRecord(exception)}
    return State(type=StateType.FAILED, **given)


def crashed_state(exception: BaseException) -> State[Any]:
    """Return a crashed state that says what ended the run."""
    if isinstance(exception, KeyboardInterrupt):
        message = "Execution was aborted by an interrupt signal."
    elif isinstance(exception, TerminationSignal):
        message = "Execution was aborted by a termination signal."
    elif isinstance(exception, SystemExit):
        message = "Execution was aborted by Python system exit call."
    elif isinstance(exception, asyncio.CancelledError):
        message = "Execution was cancelled by the runtime environment."
    else:
        message = f"Execution was interrupted by an unexpected exception: {format_exception(exception)}"
    return Crashed(message=message, data=ResultRecord(exception))


async def exception_to_crashed_state(
    exc: BaseException, result_store: ResultStore | None = None
) -> State[Any]:
    """Return a crashed state that says what ended the run; with a store, its exception has a place there."""
    return await _with_record(crashed_state(exc), result_store, write_result=False)


async def exception_to_failed_state(
    exc: BaseException | None = None,
    result_store: ResultStore | None = None,
    write_result: bool = False,
    **kwargs: Any,
) -> State[Any]:
    """Return a failed state for an exception, by default the one that is being handled.

    Args:
        exc: The exception.
        result_store: A store for it, so that it can be raised in other processes.
        write_result: Write it there now.
        **kwargs: Other fields of the state; a `message` comes before what the exception says.

    Raises:
        ValueError: No exception was given and none is being handled.
    """
    exc = exc or sys.exc_info()[1]
    if exc is None:
        raise ValueError("Give an exception, or call this while one is being handled.")
    before = kwargs.pop("message", None)
    message = f"{before} {format_exception(exc)}" if before else format_exception(exc)
    given: dict[str, Any] = {**kwargs, "message": message, "data": ResultRecord(exc)}
    return await _with_record(Failed(**given), result_store, write_result)


def format_exception(exc: BaseException, tb: TracebackType | None = None) -> str:
    """Return an exception as "Type: message", with its traceback when one is given."""
    text = f"{type(exc).__name__}: {exc}"
    return "".join(traceback.format_exception(type(exc), exc, tb)) if tb is not None else text


async def get_state_result(
    state: State[Any], raise_on_failure: bool = True, retry_result_failure: bool = True
) -> Any:
    """Return the result that a state holds; see `State.result`.

    Args:
        state: The state of a run.
        raise_on_failure: Raise the exception of a run that did not complete; otherwise return it.
        retry_result_failure: Look again for a while when a result that was written is not there yet, as in a storage
            that shows new files late: up to `RESULT_READ_MAXIMUM_ATTEMPTS` times, `RESULT_READ_RETRY_DELAY` seconds
            apart.
    """
    data = state.data
    if isinstance(data, dict) and "storage_key" in data:
        value = await _written(data, RESULT_READ_MAXIMUM_ATTEMPTS if retry_result_failure else 1)
        state = state.model_copy(update={"data": ResultRecord(value)})
    return read_state_result(state, raise_on_failure=raise_on_failure)


async def _written(data: Any, attempts: int) -> Any:
    read = load("prefect.results", "aread_result")  # storages and serializers; only whoever reads loads them
    for left in reversed(range(attempts)):
        try:
            return await read(data)
        except (OSError, ValueError):
            if not left:
                raise
            await asyncio.sleep(RESULT_READ_RETRY_DELAY)
    return None


async def aget_state_exception(state: State[Any]) -> BaseException:
    """Return the exception that explains why a run did not complete; the form for async code."""
    return state_exception(state)


@async_dispatch(aget_state_exception)
def get_state_exception(state: State[Any]) -> BaseException:
    """Return the exception that explains why a run did not complete.

    Raises:
        ValueError: The run did not fail, crash or get cancelled.
    """
    return state_exception(state)


async def araise_state_exception(state: State[Any]) -> None:
    """Raise the exception of a run that did not complete; the form for async code."""
    if state.is_failed() or state.is_crashed() or state.is_cancelled():
        raise state_exception(state)


@async_dispatch(araise_state_exception)
def raise_state_exception(state: State[Any]) -> None:
    """Raise the exception of a run that failed, crashed or was cancelled; otherwise do nothing."""
    if state.is_failed() or state.is_crashed() or state.is_cancelled():
        raise state_exception(state)
