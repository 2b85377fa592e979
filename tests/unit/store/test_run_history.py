"""What charts show of runs: intervals of time, points, numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from prefect.exceptions import ObjectNotFound, RequestRefused
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.states import StateType
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.states import Completed, Running
from prefect.store.run_history import MOST_INTERVALS, flow_run_history, task_run_history
from prefect.store.run_summaries import (
    INTERVALS,
    count_deployments_by_flow,
    count_task_runs_by_flow_run,
    next_runs_by_flow,
    read_dashboard_task_run_counts,
    read_flow_run_history,
    read_task_run_counts_by_state,
    read_task_run_with_flow_run_name,
)
from tests.unit.store.building import later
from tests.unit.store.runs import create, flow_named, perform, propose, record


def told(history: list[Any]) -> list[dict[str, int]]:
    """Return how many runs are in which state, for each interval."""
    return [{each.state_name: each.count_runs for each in interval.states} for interval in history]


def test_runs_are_counted_by_the_interval_in_which_they_were_expected() -> None:
    """An interval has the runs from its beginning up to, and without, its end, by their present states."""
    for number in (0, 5, 9, 10, 25):
        create(number, kind=StateType.COMPLETED if number == 5 else StateType.PENDING)
    history = perform(flow_run_history, later(0), later(20), timedelta(seconds=10))
    assert [(each.interval_start, each.interval_end) for each in history] == [
        (later(0), later(10)),
        (later(10), later(20)),
    ]
    assert told(history) == [{"Completed": 1, "Pending": 2}, {"Pending": 1}]
    wanted = FlowRunFilter.model_validate({"name": {"any_": ["run-5"]}})
    assert told(perform(flow_run_history, later(0), later(9), timedelta(seconds=60), flow_runs=wanted)) == [
        {"Completed": 1}
    ]


def test_an_interval_tells_how_long_runs_ran_and_how_late_they_were() -> None:
    """The times of all of its runs are added up."""
    for number in (1, 2):
        run = create(number)
        propose(run, Running(timestamp=later(number + 3)))
        propose(run, Completed(timestamp=later(number + 8)))
    (interval,) = perform(flow_run_history, later(0), later(10), timedelta(seconds=10))
    assert interval.states[0].sum_estimated_run_time == timedelta(seconds=10)
    assert interval.states[0].sum_estimated_lateness == timedelta(seconds=6)


def test_a_history_has_an_end() -> None:
    """Of very many intervals the first are told of; where the end comes first there are none."""
    assert len(perform(flow_run_history, later(0), later(1e6), timedelta(seconds=1))) == MOST_INTERVALS
    assert perform(flow_run_history, later(10), later(0), timedelta(seconds=1)) == []


def test_task_runs_have_a_history_too() -> None:
    """They are counted as flow runs are."""
    record(1)
    record(2, kind=StateType.FAILED)
    assert told(perform(task_run_history, later(0), later(10), timedelta(seconds=10))) == [
        {"Failed": 1, "Running": 1}
    ]


def test_flow_runs_are_points_of_a_chart() -> None:
    """A point says when the run started or should have, how long it ran and how late it was."""
    run = create(1)
    propose(run, Running(timestamp=later(3)))
    propose(run, Completed(timestamp=later(7)))
    create(2)
    waiting, done = perform(read_flow_run_history)
    assert (done.id, done.state_type, done.timestamp) == (run.id, StateType.COMPLETED, later(3))
    assert (done.duration, done.lateness) == (timedelta(seconds=4), timedelta(seconds=2))
    assert (waiting.timestamp, waiting.duration) == (later(2), timedelta(0))
    assert waiting.lateness > timedelta(days=1)


def test_runs_are_counted_by_what_they_belong_to() -> None:
    """Task runs that stand for subflow runs are not counted among those of their flow run."""
    parent, unknown = create(1), uuid4()
    record(1, flow_run_id=parent.id)
    create(2, parent_task_run_id=record(2, flow_run_id=parent.id).id)
    assert perform(count_task_runs_by_flow_run, [parent.id, unknown]) == {parent.id: 1, unknown: 0}
    assert perform(count_deployments_by_flow, [flow_named()]) == {flow_named(): 0}


def test_the_next_run_of_a_flow_is_the_one_scheduled_first() -> None:
    """A flow has at most one next run."""
    for number in (3, 2):
        create(number, kind=StateType.SCHEDULED)
    create(1)
    nothing = flow_named("other")
    found = perform(next_runs_by_flow, [flow_named(), nothing])
    assert (found[flow_named()].name, found[nothing]) == ("run-2", None)
    assert found[flow_named()].next_scheduled_start_time == later(2)


def test_task_runs_are_counted_by_state() -> None:
    """Each type of state has its number, none is left out."""
    for number, kind in enumerate((StateType.COMPLETED, StateType.COMPLETED, StateType.CRASHED)):
        record(number, kind=kind)
    counts = perform(read_task_run_counts_by_state)
    assert (counts.COMPLETED, counts.CRASHED, counts.FAILED) == (2, 1, 0)


def test_a_dashboard_shows_twenty_intervals() -> None:
    """Completed and failed runs are counted in the interval in which they started."""
    record(1, kind=StateType.COMPLETED, start_time=later(1))
    record(2, kind=StateType.CRASHED, start_time=later(19.9))
    record(3, kind=StateType.FAILED, start_time=later(20))
    record(4, start_time=later(5))
    wanted = TaskRunFilter.model_validate({"start_time": {"after_": later(0), "before_": later(20)}})
    counts = perform(read_dashboard_task_run_counts, wanted)
    assert len(counts) == INTERVALS
    assert (counts[1].completed, counts[1].failed, counts[19].failed) == (1, 0, 2)
    assert sum(each.completed + each.failed for each in counts) == 3
    with pytest.raises(RequestRefused, match="after_ is required"):
        perform(read_dashboard_task_run_counts, TaskRunFilter())


def test_a_task_run_is_shown_with_the_name_of_its_flow_run() -> None:
    """One without a flow run has no such name."""
    inside, alone = record(1, flow_run_id=create(1).id), record(2)
    assert perform(read_task_run_with_flow_run_name, inside.id).flow_run_name == "run-1"
    assert perform(read_task_run_with_flow_run_name, alone.id).flow_run_name is None
    with pytest.raises(ObjectNotFound):
        perform(read_task_run_with_flow_run_name, uuid4())
