"""Runs whose process has ended on this machine are found and ended, and no others."""

from __future__ import annotations

import pytest

from prefect._processes import ProcessIdentity, this_machine, this_process
from prefect.schemas.states import StateType
from prefect.store.flow_runs import read_flow_run
from prefect.store.orphaned_runs import end_orphaned_flow_runs, orphaned_flow_runs
from prefect.store.task_run_reading import read_task_run
from tests.unit.store.runs import create, perform, record, written

GONE = {"process": list(ProcessIdentity(this_machine(), 1, "tick 0"))}
"""A process that had the number of one that is there."""

HERE = {"process": list(this_process())}
ELSEWHERE = {"process": ["another machine", 1, "tick 0"]}


@pytest.mark.parametrize(
    ("before", "after"),
    [("RUNNING", "CRASHED"), ("PENDING", "CRASHED"), ("CANCELLING", "CANCELLED"), ("COMPLETED", "COMPLETED")],
)
def test_a_run_ends_with_its_process(before: str, after: str) -> None:
    """What the process had begun ends with the run."""
    run = create(1, kind=StateType(before), context=GONE)
    task = record(1, flow_run_id=run.id)
    orphans = written(orphaned_flow_runs)
    assert orphans == ([] if before == "COMPLETED" else [run.id])
    written(lambda: end_orphaned_flow_runs(orphans))
    assert perform(read_flow_run, run.id).state_type.value == after
    if orphans:
        assert perform(read_task_run, task.id).state_type.value == after
    assert written(orphaned_flow_runs) == []


def test_runs_of_living_or_unknown_processes_are_left_alone() -> None:
    """Nothing is known of a process of another machine, or of a run that nobody has started."""
    for number, context in enumerate([HERE, ELSEWHERE, {}], 1):
        create(number, kind=StateType.RUNNING, context=context)
    assert written(orphaned_flow_runs) == []


def test_a_run_that_was_started_anew_is_left_alone() -> None:
    """Between the look and the deed somebody else may have gone on with the run."""
    run = create(1, kind=StateType.RUNNING, context=HERE)
    written(lambda: end_orphaned_flow_runs([run.id]))
    assert perform(read_flow_run, run.id).state_type is StateType.RUNNING
