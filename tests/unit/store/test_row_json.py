"""Rows as JSON: the same as the JSON of the records, without making them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from prefect.schemas.flow_runs import CreatedBy, FlowRunPolicy
from prefect.schemas.logs import LogCreate
from prefect.schemas.run_inputs import TaskRunResult
from prefect.schemas.states import StateCreate, StateDetails, StateType
from prefect.schemas.task_runs import TaskRunCreate, TaskRunPolicy
from prefect.store import row_json, run_records
from prefect.store.flow_runs import read_flow_run, read_flow_runs
from prefect.store.logs import create_logs, read_logs
from prefect.store.operations import all_operations, placement_of, route_of
from prefect.store.row_json import flow_runs_json
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.states import read_flow_run_state, read_flow_run_states, read_task_run_states
from prefect.store.task_run_reading import read_task_run, read_task_runs
from prefect.store.task_runs import create_task_run
from tests.unit.store.building import later
from tests.unit.store.runs import create, perform, record, written

Told = tuple[Any, Any]
"""What a server answers, and the records that it stands for, both read from JSON."""


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both ways of telling a row see the same moment."""
    moment = datetime(2031, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(row_json, "now", lambda: moment)
    for room in ("flow_runs", "task_run_reading"):
        monkeypatch.setattr(f"prefect.store.{room}.now", lambda: moment)


def told(operation: Any, *arguments: Any, **named: Any) -> Told:
    """Perform an operation both ways."""

    def rows() -> Transaction[list[Row]]:
        return (yield next(operation(*arguments, **named)))

    json = route_of(operation).json
    assert json is not None
    answer = TypeAdapter[Any](placement_of(operation).answer)
    found = written(rows)
    return (
        answer.dump_python(answer.validate_json(json(found)), mode="json"),
        answer.dump_python(perform(operation, *arguments, **named), mode="json"),
    )


def test_flow_runs_are_told_as_their_records_are() -> None:
    """Whatever a run has, and whatever it lacks: JSON, policies, labels, numbers and times, running and late."""
    create(1)
    create(
        2,
        kind=StateType.RUNNING,
        start_time=later(9),
        parameters={"a": [1, "ü", None, 2**70]},
        tags=["x", "ü"],
    )
    create(
        3,
        kind=StateType.SCHEDULED,
        empirical_policy=FlowRunPolicy(retries=2, pause_keys={"a"}),
        created_by=CreatedBy(type="DEPLOYMENT", display_value="me"),
        labels={"a": True, "b": 1.5},
        job_variables={"image": "x"},
        total_run_time=timedelta(seconds=1.25),
    )
    create(
        4,
        kind=StateType.COMPLETED,
        start_time=later(3),
        end_time=later(5),
        total_run_time=timedelta(seconds=2),
    )
    answer, records = told(read_flow_runs)
    assert answer == records
    assert len(answer) == 4
    assert {run["estimated_run_time"] > 0 for run in answer} == {True, False}


def test_single_flow_runs_and_their_states_are_told_as_their_records_are() -> None:
    """One run, one state by its id, all states of a run."""
    run = create(1, kind=StateType.RUNNING)
    for operation, id in (
        (read_flow_run, run.id),
        (read_flow_run_states, run.id),
        (read_flow_run_state, run.state_id),
    ):
        answer, records = told(operation, id)
        assert answer == records, operation


def test_task_runs_are_told_as_their_records_are() -> None:
    """Details of states, inputs and policies are completed by their defaults."""
    parent = create(1)
    details = StateDetails(flow_run_id=parent.id, scheduled_time=later(9), untrackable_result=True)
    state = StateCreate(
        type=StateType.SCHEDULED,
        name="AwaitingRetry",
        message="ü",
        state_details=details,
        data={"type": "x", "storage_key": "k"},
    )
    made = TaskRunCreate(
        flow_run_id=parent.id,
        task_key="k",
        dynamic_key="1",
        state=state,
        task_inputs={"x": [TaskRunResult(id=uuid4())]},
        empirical_policy=TaskRunPolicy(retries=3, retry_delay=[1, 2], retry_jitter_factor=0.5),
    )
    run = perform(create_task_run, made)
    record(2, flow_run_id=parent.id)
    for operation, arguments in (
        (read_task_runs, ()),
        (read_task_run, (run.id,)),
        (read_task_run_states, (run.id,)),
    ):
        answer, records = told(operation, *arguments)
        assert answer == records, operation


def test_log_lines_are_told_as_their_records_are() -> None:
    """A line with a run, and one without."""
    lines = [
        LogCreate(name="a", level=20, message="hello\n", timestamp=later(1), flow_run_id=uuid4()),
        LogCreate(name="b", level=30, message="ü", timestamp=later(2)),
    ]
    perform(create_logs, lines)
    answer, records = told(read_logs)
    assert answer == records
    assert len(answer) == 2


@pytest.mark.sqlite
def test_columns_that_this_release_does_not_know_are_not_told() -> None:
    """What a newer release has added to a table is no field of a run."""
    create(1)

    def add() -> Transaction[None]:
        yield Statement("ALTER TABLE flow_run ADD COLUMN of_tomorrow TEXT")

    def remove() -> Transaction[None]:
        yield Statement("ALTER TABLE flow_run DROP COLUMN of_tomorrow")

    written(add)
    try:
        answer = told(read_flow_runs)[0]
        assert "of_tomorrow" not in answer[0]
    finally:
        written(remove)


def test_only_operations_that_read_are_told_by_their_rows() -> None:
    """What writes must run to its end; the JSON of rows would end it before."""
    assert all(route.reads for route in all_operations().values() if route.json is not None)
    assert route_of(read_flow_runs).json is flow_runs_json
    assert run_records.as_dictionaries([]) == []
