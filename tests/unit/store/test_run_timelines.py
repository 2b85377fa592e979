"""When the parts of a flow run ran, as columns."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from prefect.exceptions import ObjectNotFound
from prefect.schemas.states import StateType
from prefect.store.run_timelines import read_flow_run_timeline
from tests.unit.store.building import later
from tests.unit.store.runs import create, perform, record


def test_the_task_runs_of_a_flow_run_are_told_as_columns() -> None:
    """Each task run has its name, its state and its times at the same place of all columns, by when it was expected."""
    run = create(0)
    record(2, flow_run_id=run.id, start_time=later(2))
    record(1, flow_run_id=run.id, kind=StateType.COMPLETED, start_time=later(1), end_time=later(4))
    record(3, flow_run_id=create(9).id)
    told = perform(read_flow_run_timeline, run.id)
    assert told.names == ["task-1", "task-2"]
    assert told.state_types == ["COMPLETED", "RUNNING"]
    assert told.starts == [int(later(number).timestamp() * 1000) for number in (1, 2)]
    assert told.ends == [int(later(4).timestamp() * 1000), None]
    assert told.subflow_run_ids == [None, None]


def test_a_task_run_that_stands_for_a_subflow_run_tells_which() -> None:
    """A person gets from the timeline to the subflow run."""
    run = create(0)
    stand_in = record(1, flow_run_id=run.id)
    subflow = create(2, parent_task_run_id=stand_in.id)
    assert perform(read_flow_run_timeline, run.id).subflow_run_ids == [str(subflow.id)]


def test_of_several_subflow_runs_the_last_is_told() -> None:
    """A call of a subflow that was made again stands once on the timeline, and leads to the run that counts."""
    run = create(0)
    stand_in = record(1, flow_run_id=run.id)
    create(2, parent_task_run_id=stand_in.id)
    again = create(3, parent_task_run_id=stand_in.id)
    told = perform(read_flow_run_timeline, run.id)
    assert (told.ids, told.subflow_run_ids) == ([str(stand_in.id)], [str(again.id)])


def test_each_task_run_tells_its_task() -> None:
    """Runs of one task have the same key, which is told once."""
    run = create(0)
    for number in (1, 2):
        record(number, flow_run_id=run.id)
    told = perform(read_flow_run_timeline, run.id)
    assert (told.tasks, told.task_keys) == ([0, 0], ["k"])
    assert told.expected == [int(later(number).timestamp() * 1000) for number in (1, 2)]


def test_a_run_without_task_runs_has_an_empty_timeline() -> None:
    """There is nothing to tell of it, and no place from which to go on."""
    told = perform(read_flow_run_timeline, create(0).id)
    assert (told.ids, told.starts, told.tasks, told.task_keys, told.cursor) == ([], [], [], [], None)


def test_later_only_what_has_changed_is_told() -> None:
    """With the cursor of an earlier answer nothing is missed, and a timeline that has ended costs nothing more."""
    run = create(0)
    record(1, flow_run_id=run.id)
    cursor = perform(read_flow_run_timeline, run.id).cursor
    record(2, flow_run_id=run.id)
    news = perform(read_flow_run_timeline, run.id, since=datetime.fromisoformat(cursor))
    assert "task-2" in news.names
    assert perform(read_flow_run_timeline, run.id, since=later(10**9)).ids == []


def test_there_is_no_timeline_of_a_run_that_is_not_there() -> None:
    """Who asks for one is told that the run is gone."""
    with pytest.raises(ObjectNotFound):
        perform(read_flow_run_timeline, uuid4())
