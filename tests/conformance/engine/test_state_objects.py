"""State objects: constructors, predicates, texts, equality, results, groups."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pydantic
import pytest

from prefect import State, states
from prefect.client.schemas.objects import StateDetails, StateType
from prefect.exceptions import (
    CancelledRun,
    CrashedRun,
    FailedRun,
    MissingResult,
    PausedRun,
    TerminationSignal,
    UnfinishedRun,
)
from prefect.states import (
    AwaitingRetry,
    Cancelled,
    Cancelling,
    Completed,
    Crashed,
    Failed,
    Paused,
    Pending,
    Retrying,
    Running,
    Scheduled,
    StateGroup,
    Suspended,
)

PREDICATES = [
    "scheduled",
    "pending",
    "running",
    "completed",
    "failed",
    "crashed",
    "cancelled",
    "cancelling",
    "paused",
]

CONSTRUCTORS = [
    ("Scheduled", "SCHEDULED", "Scheduled()"),
    ("Late", "SCHEDULED", "Late(type=SCHEDULED)"),
    ("AwaitingRetry", "SCHEDULED", "AwaitingRetry(type=SCHEDULED)"),
    ("AwaitingConcurrencySlot", "SCHEDULED", "AwaitingConcurrencySlot(type=SCHEDULED)"),
    ("Pending", "PENDING", "Pending()"),
    ("Running", "RUNNING", "Running()"),
    ("Retrying", "RUNNING", "Retrying(type=RUNNING)"),
    ("Completed", "COMPLETED", "Completed()"),
    ("Failed", "FAILED", "Failed()"),
    ("Crashed", "CRASHED", "Crashed()"),
    ("Cancelling", "CANCELLING", "Cancelling()"),
    ("Cancelled", "CANCELLED", "Cancelled()"),
    ("Paused", "PAUSED", "Paused()"),
    ("Suspended", "PAUSED", "Suspended(type=PAUSED)"),
]


@pytest.mark.parametrize(("name", "type_", "text"), CONSTRUCTORS, ids=[case[0] for case in CONSTRUCTORS])
def test_each_constructor_makes_its_state(name: str, type_: str, text: str) -> None:
    """A constructor makes a state of its type and name, which answers the questions of that type."""
    state = getattr(states, name)()
    assert isinstance(state, State)
    assert (state.type.value, state.name, state.message, state.data) == (type_, name, None, None)
    assert str(state) == text
    assert repr(state) == f"{name}(message=None, type={type_}, result=None)"
    assert [question for question in PREDICATES if getattr(state, f"is_{question}")()] == [type_.lower()]
    assert state.is_final() == (type_ in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
    assert (state.state_details.scheduled_time is not None) == (type_ == "SCHEDULED")
    assert state.state_details.pause_reschedule == (name == "Suspended")


def test_a_state_is_shown_with_its_message() -> None:
    """The text of a state has its message, and its type where the name does not tell it."""
    assert str(Completed(message="m")) == "Completed('m')"
    assert str(Failed(name="Weird")) == "Weird(type=FAILED)"
    assert str(Failed(name="Weird", message="x")) == "Weird('x', type=FAILED)"
    assert repr(Completed(message="m", name="N")) == "N(message='m', type=COMPLETED, result=None)"
    assert repr(Completed(data=5)) == "Completed(message=None, type=COMPLETED, result=5)"


def test_states_are_equal_when_all_of_them_is() -> None:
    """Two states are equal only when they are the same moment of the same run; states are hashable."""
    first = Completed(message="m", data=1)
    same = Completed(
        id=first.id, timestamp=first.timestamp, message="m", data=1, state_details=first.state_details
    )
    assert first == same
    assert first != Completed(message="m", data=1)
    assert first != "Completed"
    assert len({first, Completed()}) == 2


def test_a_fresh_copy_is_another_state() -> None:
    """`fresh_copy` keeps what a state says and takes a new id and time."""
    first = Failed(message="m", data=1)
    copy = first.fresh_copy()
    assert (copy.type, copy.name, copy.message, copy.data) == (
        first.type,
        first.name,
        first.message,
        first.data,
    )
    assert copy.id != first.id
    assert copy.timestamp >= first.timestamp


def test_states_are_checked() -> None:
    """A type that does not exist is refused; a type alone gives the default name and schedule."""
    assert State(type="COMPLETED").name == "Completed"
    assert State(type=StateType.FAILED, name="X").name == "X"
    assert State(type="SCHEDULED").state_details.scheduled_time is not None
    for wrong in ({"type": "NOPE"}, {}):
        with pytest.raises(pydantic.ValidationError):
            State(**wrong)


def test_constructors_take_the_class_of_the_state() -> None:
    """`cls` is the class that is made."""

    class Mine(State):
        pass

    assert isinstance(Completed(cls=Mine, message="m"), Mine)


WHEN = datetime(2030, 1, 1, tzinfo=UTC)


def test_schedules_and_pauses_have_their_times() -> None:
    """Scheduled and paused states carry their times, which cannot be given twice."""
    assert Scheduled(scheduled_time=WHEN).state_details.scheduled_time == WHEN
    assert AwaitingRetry(scheduled_time=WHEN).state_details.scheduled_time == WHEN
    details = Paused(timeout_seconds=5, pause_key="k", reschedule=True).state_details
    assert (details.pause_timeout > datetime.now(UTC), details.pause_key, details.pause_reschedule) == (
        True,
        "k",
        True,
    )
    assert Paused(pause_expiration_time=WHEN).state_details.pause_timeout == WHEN
    assert Paused().state_details.pause_timeout is None
    with pytest.raises(ValueError, match="scheduled_time"):
        Scheduled(scheduled_time=WHEN, state_details=StateDetails(scheduled_time=WHEN))
    with pytest.raises(ValueError, match="timeout_seconds"):
        Paused(timeout_seconds=1, pause_expiration_time=WHEN)


@pytest.mark.parametrize(
    "state", [Pending(), Running(), Scheduled(), AwaitingRetry(), Retrying(), Cancelling()], ids=str
)
@pytest.mark.parametrize("raise_on_failure", [False, True])
def test_an_unfinished_state_has_no_result(state: Any, raise_on_failure: bool) -> None:
    """The result of a run that is not finished is refused with its type."""
    with pytest.raises(UnfinishedRun, match=state.type.value):
        state.result(raise_on_failure=raise_on_failure)


@pytest.mark.parametrize("state", [Paused(), Suspended()], ids=str)
def test_a_paused_state_has_no_result(state: Any) -> None:
    """The result of a paused run is refused as such."""
    with pytest.raises(PausedRun):
        state.result(raise_on_failure=False)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (Failed(), FailedRun("Run failed.")),
        (Crashed(), CrashedRun("Run crashed.")),
        (Cancelled(), CancelledRun("Run cancelled.")),
        (Failed(message="m"), FailedRun("m")),
        (Failed(data=ValueError("x")), ValueError("x")),
        (Failed(data=[Completed(), Failed(message="n")]), FailedRun("n")),
        (Failed(data=Failed(message="inner")), FailedRun("inner")),
    ],
    ids=repr,
)
def test_a_failed_state_raises(state: Any, error: Exception) -> None:
    """The result of a failed, crashed or cancelled run is its exception."""
    with pytest.raises(type(error)) as raised:
        state.result()
    assert str(raised.value) == str(error)
    assert isinstance(asyncio.run(_awaited(states.get_state_exception, state)), type(error))
    with pytest.raises(type(error)):
        asyncio.run(_awaited(states.raise_state_exception, state))


async def _awaited(function: Any, *args: Any, **kwargs: Any) -> Any:
    given = function(*args, **kwargs)
    return await given if asyncio.iscoroutine(given) else given


def test_a_failed_state_can_be_read_without_raising() -> None:
    """With `raise_on_failure=False` the exception, or the data, is the result."""
    error = ValueError("x")
    assert Failed(data=error).result(raise_on_failure=False) is error
    assert isinstance(Failed().result(raise_on_failure=False), FailedRun)
    assert Failed(data=1).result(raise_on_failure=False) == 1
    with pytest.raises(TypeError, match="failed state"):
        Failed(data=1).result()


def test_a_completed_state_has_its_data() -> None:
    """The result of a completed state is its data; without any it is missing, and there is no exception."""
    assert Completed(data=3).result() == 3
    assert [state.name for state in Completed(data=[Failed()]).result()] == ["Failed"]
    with pytest.raises(MissingResult):
        Completed().result()
    with pytest.raises(ValueError, match=r"(?i)completed"):
        states.get_state_exception(Completed())
    assert states.raise_state_exception(Completed()) is None


async def test_results_are_awaited_in_async_code() -> None:
    """In async code `result` is awaited, as `aresult` is anywhere."""
    assert await Completed(data=3).result() == 3
    assert await Completed(data=3).aresult() == 3


def test_groups_count_states() -> None:
    """A StateGroup counts its states and answers questions about all or any of them."""
    group = StateGroup(
        [Completed(), Failed(), Running(), Pending(), Cancelled(), Crashed(), Paused(), Cancelling()]
    )
    assert (group.total_count, group.final_count, group.not_final_count) == (8, 4, 4)
    assert (group.fail_count, group.cancelled_count, group.paused_count) == (2, 1, 1)
    assert (group.all_completed(), group.all_final()) == (False, False)
    assert (group.any_failed(), group.any_cancelled(), group.any_paused()) == (True, True, True)
    assert group.counts_message().startswith("total=8")
    assert repr(group).startswith("StateGroup<total=8")
    assert group.type_counts[StateType.RUNNING] == 1
    assert StateGroup([Completed()]).all_completed()
    assert StateGroup([Completed()]).all_final()


def test_exceptions_become_failed_states() -> None:
    """`exception_to_failed_state` tells the exception after the message, or takes the one being handled."""
    convert = states.exception_to_failed_state
    assert asyncio.run(_awaited(convert, ValueError("v"))).message == "ValueError: v"
    state = asyncio.run(_awaited(convert, ValueError("v"), message="before", name="N"))
    assert (state.type.value, state.name, state.message) == ("FAILED", "N", "before ValueError: v")
    with pytest.raises(ValueError, match=r"[Ee]xception"):
        asyncio.run(_awaited(convert))
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError:
        assert asyncio.run(_awaited(convert)).message == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KeyboardInterrupt(), "Execution was aborted by an interrupt signal."),
        (SystemExit(), "Execution was aborted by Python system exit call."),
        (asyncio.CancelledError(), "Execution was cancelled by the runtime environment."),
        (TerminationSignal(signal=15), "Execution was aborted by a termination signal."),
        (ValueError("v"), "Execution was interrupted by an unexpected exception: ValueError: v"),
    ],
    ids=repr,
)
def test_exceptions_become_crashed_states(error: BaseException, message: str) -> None:
    """`exception_to_crashed_state` says what ended the run."""
    state = asyncio.run(_awaited(states.exception_to_crashed_state, error))
    assert (state.type.value, state.name, state.message) == ("CRASHED", "Crashed", message)
