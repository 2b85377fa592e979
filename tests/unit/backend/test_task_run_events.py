"""Task runs as events, as a server knows them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.backend.task_run_events import flow_run_related, task_run_event
from prefect.schemas.run_inputs import TaskRunResult
from prefect.schemas.states import State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "task-run-event.json").read_text(encoding="utf-8")
)
"""An event as the original client was seen to send it."""


def moment(text: str) -> datetime:
    """A time of the recorded event."""
    return datetime.fromisoformat(text)


def the_run() -> TaskRun:
    """The run of the recorded event."""
    told = RECORDED["payload"]["task_run"]
    return TaskRun(
        id=UUID(RECORDED["resource"]["prefect.resource.id"].removeprefix("prefect.task-run.")),
        name=told["name"],
        task_key=told["task_key"],
        dynamic_key=told["dynamic_key"],
        empirical_policy=TaskRunPolicy(retries=2, retry_delay=0.1),
        tags=["tt", "a"],
        task_inputs={"x": [TaskRunResult(id=UUID(told["task_inputs"]["x"][0]["id"]))]},
        run_count=told["run_count"],
        flow_run_run_count=told["flow_run_run_count"],
        expected_start_time=moment(told["expected_start_time"]),
        start_time=moment(told["start_time"]),
        total_run_time=timedelta(seconds=told["total_run_time"]),
    )


def made() -> dict[str, Any]:
    """The same event, made by us."""
    waiting = RECORDED["payload"]["initial_state"]
    before: State[Any] = State(
        id=UUID(RECORDED["follows"]),
        type=StateType.SCHEDULED,
        name="AwaitingRetry",
        timestamp=moment(RECORDED["occurred"]) - timedelta(seconds=1),
        state_details=StateDetails(scheduled_time=moment(waiting["state_details"]["scheduled_time"])),
    )
    state: State[Any] = State(
        id=UUID(RECORDED["id"]),
        type=StateType.RUNNING,
        name="Retrying",
        timestamp=moment(RECORDED["occurred"]),
        state_details=StateDetails(flow_run_id=before.id, task_run_id=before.id),
    )
    _, _, flow_run, flow = RECORDED["related"]
    related = flow_run_related(
        UUID(flow_run["prefect.resource.id"].removeprefix("prefect.flow-run.")),
        flow_run["prefect.resource.name"],
        UUID(flow["prefect.resource.id"].removeprefix("prefect.flow.")),
        flow["prefect.resource.name"],
    )
    return json.loads(task_run_event(vars(the_run()), state, before, related))


def same_times(document: Any) -> Any:
    """A document in which times are written in one way."""
    if isinstance(document, dict):
        return {key: same_times(value) for key, value in document.items()}
    if isinstance(document, list):
        return [same_times(value) for value in document]
    if isinstance(document, str) and document[:2] == "20" and "T" in document:
        return moment(document).isoformat()
    return document


def test_an_event_is_as_the_original_client_sends_it() -> None:
    """The original server records our task runs: each field of the event is as it knows it."""
    ours, theirs = same_times(made()), same_times(RECORDED)
    # A jitter that is not set travels as nothing there, here too.
    assert ours == theirs


def test_the_first_state_follows_nothing() -> None:
    """The event of a run's first state names none before."""
    state: State[Any] = State(type=StateType.PENDING)
    event = json.loads(task_run_event(vars(the_run()), state, None, []))
    assert event["follows"] is None
    assert event["payload"]["initial_state"] is None
    assert event["payload"]["intended"] == {"from": None, "to": "PENDING"}
    assert [part["prefect.resource.role"] for part in event["related"]] == ["tag", "tag"]


def test_a_state_long_after_follows_nothing() -> None:
    """Servers forget what an event would follow after five minutes."""
    before: State[Any] = State(type=StateType.PENDING)
    state: State[Any] = State(type=StateType.RUNNING, timestamp=before.timestamp + timedelta(minutes=6))
    assert json.loads(task_run_event(vars(the_run()), state, before, []))["follows"] is None


def test_a_flow_run_without_known_names_is_named_by_its_id() -> None:
    """A process that only runs a task of a flow run knows no more of that one than its id."""
    some = UUID(RECORDED["id"])
    assert flow_run_related(some, None, None, None) == [
        {"prefect.resource.id": f"prefect.flow-run.{some}", "prefect.resource.role": "flow-run"}
    ]
