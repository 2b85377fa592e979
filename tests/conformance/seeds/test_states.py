"""Rows 53, 74-84, 126, 129-140: states, by constructor and by type."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import prefect
from prefect import flow, states, task
from prefect.client.schemas.objects import State, StateType

SIMPLE: list[Any] = [
    pytest.param("Completed", "COMPLETED", id="row_074"),
    pytest.param("Failed", "FAILED", id="row_075"),
    pytest.param("Running", "RUNNING", id="row_076"),
    pytest.param("Pending", "PENDING", id="row_077"),
    pytest.param("Cancelled", "CANCELLED", id="row_078"),
    pytest.param("Crashed", "CRASHED", id="row_079"),
    pytest.param("Retrying", "RUNNING", id="row_080"),
    pytest.param("Scheduled", "SCHEDULED", id="row_081"),
    pytest.param("Paused", "PAUSED", id="row_082"),
    pytest.param("Suspended", "PAUSED", id="row_083"),
    pytest.param("AwaitingRetry", "SCHEDULED", id="row_084"),
]


def test_row_053_state() -> None:
    """Row 53: `prefect.client.schemas.objects.State` is the class of states, and `prefect.State` the same."""
    assert State is prefect.State
    assert isinstance(flow(lambda: 1, name="f")(return_state=True), State)


@pytest.mark.parametrize(("name", "type_"), SIMPLE)
def test_rows_074_to_084_state_constructors(name: str, type_: str) -> None:
    """Rows 74-84: each constructor makes a state of its type and name, of the class it is given."""

    class Mine(State):
        pass

    make = getattr(states, name)
    state = make(cls=Mine, message="why", data=1)
    assert isinstance(state, Mine)
    assert (state.type.value, state.name, state.message, state.data) == (type_, name, "why", 1)


@pytest.mark.parametrize("name", ["Completed", "Failed", "Cancelled", "Crashed"])
@pytest.mark.parametrize("kind", [flow, task])
def test_rows_074_to_079_a_returned_state_ends_the_run(name: str, kind: Any) -> None:
    """Rows 74-79: a run that returns a final state ends in it."""
    state = kind(lambda: getattr(states, name)(message="why"), name="f")(return_state=True)
    assert (state.name, state.message) == (name, "why")


WHEN = datetime(2030, 1, 1, tzinfo=UTC)


def test_row_081_scheduled() -> None:
    """Row 81: a Scheduled state has its time, by default now, and takes a name and a message."""
    state = states.Scheduled(scheduled_time=WHEN, message="later")
    assert (state.state_details.scheduled_time, state.message) == (WHEN, "later")
    assert states.Scheduled().state_details.scheduled_time <= datetime.now(UTC)
    assert states.Scheduled(name="Late").name == "Late"
    assert states.Scheduled(type="SCHEDULED", name="Later").name == "Later"
    assert states.Scheduled(WHEN, name="Later").state_details.scheduled_time == WHEN
    assert states.Scheduled(states.State, WHEN).state_details.scheduled_time == WHEN


def test_row_082_paused() -> None:
    """Row 82: a Paused state has a time at which it expires, a key, and whether the run leaves its process."""
    details = states.Paused(timeout_seconds=60, reschedule=True, pause_key="k").state_details
    assert details.pause_timeout > datetime.now(UTC)
    assert (details.pause_reschedule, details.pause_key) == (True, "k")
    assert states.Paused(pause_expiration_time=WHEN).state_details.pause_timeout == WHEN


def test_row_083_suspended() -> None:
    """Row 83: a Suspended state is a pause for which the run leaves its process."""
    details = states.Suspended(timeout_seconds=60, pause_key="k").state_details
    assert details.pause_timeout > datetime.now(UTC)
    assert (details.pause_reschedule, details.pause_key) == (True, "k")
    assert states.Suspended(pause_expiration_time=WHEN).state_details.pause_timeout == WHEN


def test_row_084_awaiting_retry() -> None:
    """Row 84: an AwaitingRetry state has the time of the next attempt."""
    assert states.AwaitingRetry(scheduled_time=WHEN).state_details.scheduled_time == WHEN


def test_row_126_the_fields_of_a_state() -> None:
    """Row 126: a state has type, name, message, data and timestamp."""
    state = State(type=StateType.COMPLETED, name="Done", message="why", data=1, timestamp=WHEN)
    assert (state.type, state.name, state.message, state.data) == (StateType.COMPLETED, "Done", "why", 1)
    assert state.timestamp == WHEN
    assert State(type=StateType.COMPLETED).timestamp <= datetime.now(UTC)


TYPES: list[Any] = [
    pytest.param(name, id=f"row_{row}")
    for row, name in enumerate(
        ["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "CRASHED", "PAUSED"], 129
    )
]


@pytest.mark.parametrize("name", TYPES)
def test_rows_129_to_136_state_types(name: str) -> None:
    """Rows 129-136: each documented type exists, and its value is its name."""
    assert StateType[name].value == name
    assert State(type=name).type is StateType[name]


@pytest.mark.parametrize(
    ("name", "type_", "state_name"),
    [
        pytest.param("SUSPENDED", "PAUSED", "Suspended", id="row_137"),
        pytest.param("AWAITING_RETRY", "SCHEDULED", "AwaitingRetry", id="row_138"),
        pytest.param("RETRYING", "RUNNING", "Retrying", id="row_139"),
    ],
)
def test_rows_137_to_139_names_that_travel_as_another_type(name: str, type_: str, state_name: str) -> None:
    """Rows 137-139: names that documents list as types are accepted, and are the type they travel as."""
    assert StateType[name] is StateType[type_]
    assert StateType(name) is StateType[type_]
    assert State(type=name).type is StateType[type_]
    assert getattr(states, state_name)().type is getattr(StateType, name)


def test_row_140_cancelling() -> None:
    """Row 140: Cancelling is a type of its own, not a final one."""
    assert states.Cancelling().type is StateType.CANCELLING
    assert not states.Cancelling().is_final()
    assert [member.value for member in StateType] == [
        "SCHEDULED",
        "PENDING",
        "RUNNING",
        "COMPLETED",
        "FAILED",
        "CANCELLED",
        "CRASHED",
        "PAUSED",
        "CANCELLING",
    ]
