"""Task runs, found one by one or by filters."""

from __future__ import annotations

from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.paging import Offset, PageNumber, pages_of
from prefect.schemas.task_run_filters import TaskRunFilter, TaskRunSort
from prefect.schemas.task_runs import TaskRun, TaskRunPaginationResponse
from prefect.store.operations import operation
from prefect.store.row_json import task_run_json, task_runs_json
from prefect.store.run_conditions import task_runs_meant
from prefect.store.run_records import runs_with_states, task_runs_of
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import TASK_RUN

ORDER = {
    TaskRunSort.ID_DESC: "task_run.id DESC",
    TaskRunSort.EXPECTED_START_TIME_ASC: "task_run.expected_start_time, task_run.id",
    TaskRunSort.EXPECTED_START_TIME_DESC: "task_run.expected_start_time DESC, task_run.id DESC",
    TaskRunSort.NAME_ASC: "task_run.name, task_run.id",
    TaskRunSort.NAME_DESC: "task_run.name DESC, task_run.id DESC",
    TaskRunSort.NEXT_SCHEDULED_START_TIME_ASC: "task_run.next_scheduled_start_time NULLS LAST, task_run.id",
    TaskRunSort.END_TIME_DESC: "task_run.end_time DESC NULLS LAST, task_run.id DESC",
}
"""The SQL of the orders in which task runs are listed."""

_BY_ID = runs_with_states(TASK_RUN, "WHERE task_run.id = ?")


def find_task_run(task_run_id: UUID | str) -> Transaction[TaskRun | None]:
    """Return a task run with its present state, or None."""
    rows = yield Statement(_BY_ID, (str(task_run_id),))
    return task_runs_of(rows, now())[0] if rows else None


def task_run_not_found(task_run_id: UUID) -> ObjectNotFound:
    """Return the error that says that there is no such task run."""
    return ObjectNotFound(
        KeyError(task_run_id),
        f"There is no task run {task_run_id}: it was deleted, or recorded elsewhere.",
    )


@operation("GET", "/task_runs/{id}", reads=True, json=task_run_json)
def read_task_run(id: UUID) -> Transaction[TaskRun]:
    """Return a task run with its present state.

    Raises:
        ObjectNotFound: There is no such task run.
    """
    run = yield from find_task_run(id)
    if run is None:
        raise task_run_not_found(id)
    return run


@operation("POST", "/task_runs/filter", reads=True, json=task_runs_json)
def read_task_runs(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    sort: TaskRunSort = TaskRunSort.ID_DESC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[TaskRun]]:
    """Return the task runs that filters mean, with their present states.

    Args:
        flows: Only those in runs of such flows.
        flow_runs: Only those in such flow runs.
        task_runs: Which ones; by default all.
        deployments: Only those in runs of such deployments.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    where = task_runs_meant(task_runs, flow_runs, flows, deployments)
    rows = yield Statement(
        runs_with_states(TASK_RUN, f"WHERE {where.sql} ORDER BY {ORDER[sort]} LIMIT ? OFFSET ?"),
        (*where.parameters, limit, offset),
    )
    return task_runs_of(rows, now())


@operation("POST", "/task_runs/count", reads=True)
def count_task_runs(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
) -> Transaction[int]:
    """Return how many task runs filters mean; see `read_task_runs`."""
    where = task_runs_meant(task_runs, flow_runs, flows, deployments)
    rows = yield Statement(f"SELECT count(*) AS n FROM task_run WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("POST", "/task_runs/paginate", reads=True)
def paginate_task_runs(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    sort: TaskRunSort = TaskRunSort.ID_DESC,
    limit: int = 200,
    page: PageNumber = 1,
) -> Transaction[TaskRunPaginationResponse]:
    """Return a page of the task runs that filters mean; see `read_task_runs`. `limit` is how many go on a page."""
    filters = (flows, flow_runs, task_runs, deployments)
    count = yield from count_task_runs(*filters)
    results = yield from read_task_runs(*filters, sort, limit, (page - 1) * limit)
    return TaskRunPaginationResponse.model_construct(
        results=results, count=count, limit=limit, pages=pages_of(count, limit), page=page
    )
