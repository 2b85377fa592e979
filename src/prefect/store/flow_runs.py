"""Flow runs: found by filters, changed, deleted. How they are made is in `flow_run_creation`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunSort
from prefect.schemas.flow_runs import (
    FlowRun,
    FlowRunBulkDeleteResponse,
    FlowRunPaginationResponse,
    FlowRunUpdate,
)
from prefect.schemas.paging import FewAtOnce, Offset, PageNumber, pages_of
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.columns import json_text, json_value, timestamp_text
from prefect.store.flow_run_deletion import delete_flow_runs_with_all
from prefect.store.operations import operation
from prefect.store.row_json import flow_run_json, flow_runs_json
from prefect.store.run_conditions import flow_runs_meant
from prefect.store.run_records import first_runs, flow_runs_of, page_of_runs, runs_with_states
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import FLOW_RUN

_START = "coalesce(flow_run.start_time, flow_run.expected_start_time)"
ORDER = {
    FlowRunSort.ID_DESC: "flow_run.id DESC",
    FlowRunSort.START_TIME_ASC: f"{_START}, flow_run.id",
    FlowRunSort.START_TIME_DESC: f"{_START} DESC, flow_run.id DESC",
    FlowRunSort.EXPECTED_START_TIME_ASC: "flow_run.expected_start_time, flow_run.id",
    FlowRunSort.EXPECTED_START_TIME_DESC: "flow_run.expected_start_time DESC, flow_run.id DESC",
    FlowRunSort.NAME_ASC: "flow_run.name, flow_run.id",
    FlowRunSort.NAME_DESC: "flow_run.name DESC, flow_run.id DESC",
    FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC: "flow_run.next_scheduled_start_time NULLS LAST, flow_run.id",
    FlowRunSort.END_TIME_DESC: "flow_run.end_time DESC NULLS LAST, flow_run.id DESC",
}
"""The SQL of the orders in which flow runs are listed."""

_BY_ID = runs_with_states(FLOW_RUN, "WHERE flow_run.id = ?")


def find_flow_run(flow_run_id: UUID) -> Transaction[FlowRun | None]:
    """Return a flow run with its present state, or None."""
    rows = yield Statement(_BY_ID, (str(flow_run_id),))
    return flow_runs_of(rows, now())[0] if rows else None


def flow_run_not_found(flow_run_id: UUID) -> ObjectNotFound:
    """Return the error that says that there is no such flow run."""
    return ObjectNotFound(
        KeyError(flow_run_id),
        f"There is no flow run {flow_run_id}: it was deleted, or recorded elsewhere.",
    )


@operation("GET", "/flow_runs/{id}", reads=True, json=flow_run_json)
def read_flow_run(id: UUID) -> Transaction[FlowRun]:
    """Return a flow run with its present state.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    run = yield from find_flow_run(id)
    if run is None:
        raise flow_run_not_found(id)
    return run


@operation("POST", "/flow_runs/filter", reads=True, json=flow_runs_json)
def read_flow_runs(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_pool_queues: WorkQueueFilter | None = None,
    sort: FlowRunSort = FlowRunSort.ID_DESC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[FlowRun]]:
    """Return the flow runs that filters mean, with their present states.

    Args:
        flows: Only those of such flows.
        flow_runs: Which ones; by default all.
        task_runs: Only those with such task runs.
        deployments: Only those of such deployments.
        work_pools: Only those in such work pools.
        work_pool_queues: Only those in such work queues.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    others = (flows, task_runs, deployments, work_pools, work_pool_queues)
    where = flow_runs_meant(flow_runs, *others)
    # Rows that are passed over or sorted out are not read then. Where an index has the order it would be a detour.
    select = page_of_runs if offset > 0 or any(each is not None for each in others) else first_runs
    rows = yield Statement(select(FLOW_RUN, where.sql, ORDER[sort]), (*where.parameters, limit, offset))
    return flow_runs_of(rows, now())


@operation("POST", "/flow_runs/count", reads=True)
def count_flow_runs(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_pool_queues: WorkQueueFilter | None = None,
) -> Transaction[int]:
    """Return how many flow runs filters mean; see `read_flow_runs`."""
    where = flow_runs_meant(flow_runs, flows, task_runs, deployments, work_pools, work_pool_queues)
    rows = yield Statement(f"SELECT count(*) AS n FROM flow_run WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("POST", "/flow_runs/paginate", reads=True)
def paginate_flow_runs(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_pool_queues: WorkQueueFilter | None = None,
    sort: FlowRunSort = FlowRunSort.ID_DESC,
    limit: int = 200,
    page: PageNumber = 1,
) -> Transaction[FlowRunPaginationResponse]:
    """Return a page of the flow runs that filters mean; see `read_flow_runs`. `limit` is how many go on a page."""
    filters = (flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues)
    count = yield from count_flow_runs(*filters)
    results = yield from read_flow_runs(*filters, sort, limit, (page - 1) * limit)
    return FlowRunPaginationResponse.model_construct(
        results=results, count=count, limit=limit, pages=pages_of(count, limit), page=page
    )


@operation("PATCH", "/flow_runs/{id}", status=204)
def update_flow_run(id: UUID, flow_run: FlowRunUpdate) -> Transaction[None]:
    """Change the fields of a flow run that are set in `flow_run`.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    changes: dict[str, Any] = {
        name: value for name, value in flow_run if name in flow_run.model_fields_set and name != "name"
    }
    if flow_run.name is not None:
        changes["name"] = flow_run.name
    changes["updated"] = now()
    names = tuple(changes)
    rows = yield Statement(
        f"{FLOW_RUN.update(names)} RETURNING id", [*FLOW_RUN.encode(changes, names), str(id)]
    )
    if not rows:
        raise flow_run_not_found(id)


@operation("PATCH", "/flow_runs/{id}/labels", status=204, body="labels")
def update_flow_run_labels(id: UUID, labels: dict[str, bool | int | float | str]) -> Transaction[None]:
    """Add labels to a flow run; those that it has keep their values unless they are given new ones.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    rows = yield Statement("SELECT labels FROM flow_run WHERE id = ? {for_update}", (str(id),))
    if not rows:
        raise flow_run_not_found(id)
    present: dict[str, Any] = json_value(rows[0]["labels"] or "{}")
    yield Statement(
        "UPDATE flow_run SET labels = ?, updated = ? WHERE id = ?",
        (json_text({**present, **labels}), timestamp_text(now()), str(id)),
    )


@operation("DELETE", "/flow_runs/{id}", status=204)
def delete_flow_run(id: UUID) -> Transaction[None]:
    """Delete a flow run with its states, its task runs and its logs. Subflow runs stay.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    if not (yield from delete_flow_runs_with_all([str(id)])):
        raise flow_run_not_found(id)


@operation("POST", "/flow_runs/bulk_delete")
def bulk_delete_flow_runs(
    flow_runs: FlowRunFilter | None = None, limit: FewAtOnce = 50
) -> Transaction[FlowRunBulkDeleteResponse]:
    """Delete the first flow runs that a filter means, the newest first, as `delete_flow_run` does."""
    ids = yield from ids_of_flow_runs(flow_runs, limit)
    deleted = yield from delete_flow_runs_with_all(ids)
    return FlowRunBulkDeleteResponse(deleted=[UUID(id) for id in deleted])


def ids_of_flow_runs(flow_runs: FlowRunFilter | None, limit: int) -> Transaction[list[str]]:
    """Return the ids of the first flow runs that a filter means, the newest first."""
    where = flow_runs_meant(flow_runs)
    rows = yield Statement(
        f"SELECT id FROM flow_run WHERE {where.sql} ORDER BY id DESC LIMIT ?", (*where.parameters, limit)
    )
    return [row["id"] for row in rows]


def child_flow_runs(flow_run_id: UUID) -> Transaction[list[FlowRun]]:
    """Return the subflow runs that a flow run called, in the order in which they were expected to start."""
    rows = yield Statement(_CHILDREN, (str(flow_run_id),))
    return flow_runs_of(rows, now())


_CHILDREN = runs_with_states(
    FLOW_RUN,
    "JOIN task_run AS parent ON parent.id = flow_run.parent_task_run_id WHERE parent.flow_run_id = ? "
    "ORDER BY flow_run.expected_start_time, flow_run.id",
)
