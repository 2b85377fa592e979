"""What an earlier attempt of a flow run has left at one place of its code."""

from __future__ import annotations

from uuid import UUID

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.task_runs import TaskRun
from prefect.store.flow_runs import find_flow_run
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.task_run_reading import find_task_run


@operation("GET", "/flow_runs/{flow_run_id}/standing_task_run", reads=True)
def standing_task_run(flow_run_id: UUID, task_key: str, dynamic_key: str) -> Transaction[TaskRun | None]:
    """Return the task run that stands for a call of a subflow in a flow run, if it has been called before."""
    rows = yield Statement(
        "SELECT id FROM task_run WHERE flow_run_id = ? AND task_key = ? AND dynamic_key = ? "
        "ORDER BY expected_start_time DESC LIMIT 1",
        (str(flow_run_id), task_key, dynamic_key),
    )
    return (yield from find_task_run(UUID(rows[0]["id"]))) if rows else None


@operation("GET", "/task_runs/{task_run_id}/latest_flow_run", reads=True)
def latest_run_under(task_run_id: UUID) -> Transaction[FlowRun | None]:
    """Return the subflow run that a task run stands for; of several the last."""
    rows = yield Statement(
        "SELECT id FROM flow_run WHERE parent_task_run_id = ? ORDER BY expected_start_time DESC, id DESC LIMIT 1",
        (str(task_run_id),),
    )
    return (yield from find_flow_run(UUID(rows[0]["id"]))) if rows else None
