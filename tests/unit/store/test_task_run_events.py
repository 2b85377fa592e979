"""Task runs recorded from the events by which clients tell of them."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from prefect.backend import get_backend
from prefect.schemas.events import Event
from prefect.schemas.states import StateType
from prefect.store.states import read_task_run_states
from prefect.store.task_run_events import record_task_run_events
from prefect.store.task_run_reading import read_task_run
from tests.unit.store.building import later
from tests.unit.store.runs import perform, written

RUN, FLOW_RUN = UUID(int=1, version=4), UUID(int=2, version=4)


def told(number: int, kind: str, **task_run: Any) -> Event:
    """Return the event of a task run that entered a state so many seconds after noon."""
    return Event.model_validate(
        {
            "id": UUID(int=100 + number, version=4),
            "occurred": later(number),
            "event": f"prefect.task-run.{kind.capitalize()}",
            "resource": {
                "prefect.resource.id": f"prefect.task-run.{RUN}",
                "prefect.resource.name": "double-1",
                "prefect.orchestration": "client",
            },
            "related": [
                {"prefect.resource.id": "prefect.tag.t", "prefect.resource.role": "tag"},
                {"prefect.resource.id": f"prefect.flow-run.{FLOW_RUN}", "prefect.resource.role": "flow-run"},
            ],
            "payload": {
                "intended": {"from": None, "to": kind},
                "initial_state": None,
                "validated_state": {
                    "type": kind,
                    "name": kind.capitalize(),
                    "message": "",
                    "state_details": {"untrackable_result": True},
                    "data": None,
                },
                "task_run": {
                    "name": "double-1",
                    "task_key": "double-5b6b5fba",
                    "dynamic_key": "354a0746",
                    "empirical_policy": {"retries": 2, "retry_delay": 0},
                    "tags": ["t"],
                    "labels": {},
                    "task_inputs": {"x": [{"input_type": "task_run", "id": str(UUID(int=9))}]},
                    "run_count": number,
                    "flow_run_run_count": 1,
                    "expected_start_time": later(0).isoformat(),
                    "total_run_time": 0.5,
                    **task_run,
                },
            },
        }
    )


STORY = [
    told(0, "PENDING"),
    told(1, "RUNNING", start_time=later(1).isoformat()),
    told(2, "COMPLETED", start_time=later(1).isoformat(), end_time=later(2).isoformat()),
]


def recorded(events: list[Event]) -> list[UUID]:
    """Record task runs from events, and return the ids of those that say nothing sensible."""
    return written(lambda: record_task_run_events(events))


def test_a_task_run_is_as_its_events_tell() -> None:
    """The run has what the last event says of it; each event is a state, with the id of the event."""
    assert recorded(STORY) == []
    run = perform(read_task_run, RUN)
    assert (run.name, run.task_key, run.flow_run_id) == ("double-1", "double-5b6b5fba", FLOW_RUN)
    assert (run.state_type, run.run_count, run.tags) == (StateType.COMPLETED, 2, ["t"])
    assert (run.start_time, run.end_time, run.expected_start_time) == (later(1), later(2), later(0))
    assert run.total_run_time == timedelta(seconds=0.5)
    assert run.empirical_policy.retries == 2
    assert run.state.id == STORY[2].id
    states = perform(read_task_run_states, RUN)
    assert [state.id for state in states] == [event.id for event in STORY]
    assert states[1].timestamp == later(1)
    assert states[1].state_details.flow_run_id == FLOW_RUN
    assert states[1].state_details.untrackable_result


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_in_which_events_come_does_not_matter(order: tuple[int, ...]) -> None:
    """However they arrive, one by one and some twice, the newest state holds and the history is whole."""
    for position in (*order, order[0]):
        recorded([STORY[position]])
    run = perform(read_task_run, RUN)
    assert (run.state_type, run.run_count) == (StateType.COMPLETED, 2)
    assert [state.type.value for state in perform(read_task_run_states, RUN)] == [
        "PENDING",
        "RUNNING",
        "COMPLETED",
    ]


def test_events_that_are_missing_leave_a_gap_only() -> None:
    """A task run of which only the end is heard is there, completed."""
    recorded([STORY[2]])
    assert perform(read_task_run, RUN).state_type is StateType.COMPLETED
    assert len(perform(read_task_run_states, RUN)) == 1


def test_when_it_was_first_recorded_stays() -> None:
    """Later states do not change since when the task run has been there."""
    recorded([STORY[0]])
    created = perform(read_task_run, RUN).created
    recorded([STORY[1]])
    run = perform(read_task_run, RUN)
    assert run.created == created
    assert run.updated >= created


def test_events_that_say_nothing_sensible_do_not_harm_others() -> None:
    """They are named, and the others are recorded; events of other kinds are passed over."""
    broken = [told(5, "NOPE"), told(6, "RUNNING", total_run_time="soon"), told(7, "RUNNING")]
    broken[2].resource["prefect.resource.id"] = "prefect.task-run.none"
    other = told(8, "RUNNING")
    other.resource["prefect.orchestration"] = "server"
    foreign = STORY[0].model_copy(update={"event": "prefect.flow-run.Pending"})
    assert recorded([*broken, other, foreign, STORY[0]]) == [event.id for event in broken]
    assert get_backend().count_task_runs() == 1
    assert perform(read_task_run, RUN).state_type is StateType.PENDING


def test_many_task_runs_are_recorded_at_once() -> None:
    """A batch of several hundred task runs is recorded whole."""
    events: list[Event] = []
    for number in range(450):
        event = told(number, "RUNNING")
        event.resource["prefect.resource.id"] = f"prefect.task-run.{UUID(int=number + 10, version=4)}"
        events.append(event)
    assert recorded(events) == []
    assert recorded(events) == []
    assert get_backend().count_task_runs(state_types=["RUNNING"]) == 450
