"""Flows: known by their name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectNotFound
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter, FlowSort
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.flows import Flow, FlowBulkDeleteResponse, FlowCreate, FlowPaginationResponse, FlowUpdate
from prefect.schemas.paging import FewAtOnce, Offset, PageNumber, pages_of
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.store.deployments import delete_deployments
from prefect.store.flow_run_deletion import delete_flow_runs_of_flow
from prefect.store.operations import operation
from prefect.store.run_conditions import flows_meant
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables import FLOW

_ORDER = {
    FlowSort.CREATED_DESC: "flow.created DESC, flow.id DESC",
    FlowSort.UPDATED_DESC: "flow.updated DESC, flow.id DESC",
    FlowSort.NAME_ASC: "flow.name",
    FlowSort.NAME_DESC: "flow.name DESC",
}


@operation("POST", "/flows/", status=201, dated=lambda flow: flow.created)
def create_flow(flow: FlowCreate) -> Transaction[Flow]:
    """Return the flow of this name, storing it when it is new; one that is known is left as it is."""
    rows = yield Statement("SELECT * FROM flow WHERE name = ?", (flow.name,))
    if rows:
        return _flow(rows[0])
    moment = now()
    new = Flow(
        id=uuid7(), created=moment, updated=moment, name=flow.name, tags=flow.tags, labels=flow.labels or {}
    )
    yield Statement(FLOW.insert, FLOW.encode(dict(new)))
    return new


@operation("GET", "/flows/{id}", reads=True)
def read_flow(id: UUID) -> Transaction[Flow]:
    """Return a flow by its id.

    Raises:
        ObjectNotFound: There is no such flow.
    """
    rows = yield Statement("SELECT * FROM flow WHERE id = ?", (str(id),))
    if not rows:
        raise _not_found(id)
    return _flow(rows[0])


@operation("GET", "/flows/name/{name}", reads=True)
def read_flow_by_name(name: str) -> Transaction[Flow]:
    """Return a flow by its name.

    Raises:
        ObjectNotFound: There is no such flow.
    """
    rows = yield Statement("SELECT * FROM flow WHERE name = ?", (name,))
    if not rows:
        raise _not_found(name)
    return _flow(rows[0])


@operation("POST", "/flows/filter", reads=True)
def read_flows(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    sort: FlowSort = FlowSort.NAME_ASC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[Flow]]:
    """Return the flows that filters mean.

    Args:
        flows: Which ones; by default all.
        flow_runs: Only those with such flow runs.
        task_runs: Only those with such task runs.
        deployments: Only those with such deployments.
        work_pools: Only those with deployments to such work pools.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    where = flows_meant(flows, flow_runs, task_runs, deployments, work_pools)
    rows = yield Statement(
        f"SELECT * FROM flow WHERE {where.sql} ORDER BY {_ORDER[sort]} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return [_flow(row) for row in rows]


@operation("POST", "/flows/count", reads=True)
def count_flows(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
) -> Transaction[int]:
    """Return how many flows filters mean; see `read_flows`."""
    where = flows_meant(flows, flow_runs, task_runs, deployments, work_pools)
    rows = yield Statement(f"SELECT count(*) AS n FROM flow WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("POST", "/flows/paginate", reads=True)
def paginate_flows(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    sort: FlowSort = FlowSort.NAME_ASC,
    limit: int = 200,
    page: PageNumber = 1,
) -> Transaction[FlowPaginationResponse]:
    """Return a page of the flows that filters mean; see `read_flows`. `limit` is how many go on a page."""
    count = yield from count_flows(flows, flow_runs, task_runs, deployments, work_pools)
    results = yield from read_flows(
        flows, flow_runs, task_runs, deployments, work_pools, sort, limit, (page - 1) * limit
    )
    return FlowPaginationResponse(
        results=results, count=count, limit=limit, pages=pages_of(count, limit), page=page
    )


@operation("PATCH", "/flows/{id}", status=204)
def update_flow(id: UUID, flow: FlowUpdate) -> Transaction[None]:
    """Change the fields of a flow that are set in `flow`.

    Raises:
        ObjectNotFound: There is no such flow.
    """
    changes: dict[str, Any] = {"updated": now(), **flow.model_dump(exclude_unset=True)}
    names = tuple(changes)
    rows = yield Statement(f"{FLOW.update(names)} RETURNING id", [*FLOW.encode(changes, names), str(id)])
    if not rows:
        raise _not_found(id)


@operation("DELETE", "/flows/{id}", status=204)
def delete_flow(id: UUID) -> Transaction[None]:
    """Delete a flow with its runs and its deployments.

    Raises:
        ObjectNotFound: There is no such flow.
    """
    yield from read_flow(id)
    yield from _delete(id)


@operation("POST", "/flows/bulk_delete")
def bulk_delete_flows(
    flows: FlowFilter | None = None, limit: FewAtOnce = 50
) -> Transaction[FlowBulkDeleteResponse]:
    """Delete the first flows that a filter means, by their names, with their runs and their deployments."""
    found = yield from read_flows(flows, limit=limit)
    for flow in found:
        yield from _delete(flow.id)
    return FlowBulkDeleteResponse(deleted=[flow.id for flow in found])


def flows_by_id(flow_ids: Sequence[UUID]) -> Transaction[dict[UUID, Flow]]:
    """Return flows by their ids; ids that are not known are left out."""
    wanted = [str(flow_id) for flow_id in dict.fromkeys(flow_ids)]
    found: dict[UUID, Flow] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = yield Statement(f"SELECT * FROM flow WHERE id IN ({', '.join('?' * len(some))})", some)
        found.update({flow.id: flow for flow in map(_flow, rows)})
    return found


def _delete(id: UUID) -> Transaction[None]:
    yield from delete_flow_runs_of_flow(id)
    deployments = yield Statement("SELECT id FROM deployment WHERE flow_id = ? ORDER BY id", (str(id),))
    yield from delete_deployments([row["id"] for row in deployments])
    yield Statement("DELETE FROM flow WHERE id = ?", (str(id),))


def _flow(row: Row) -> Flow:
    return Flow.model_validate(FLOW.decode(row))


def _not_found(which: object) -> ObjectNotFound:
    return ObjectNotFound(
        KeyError(which), f"There is no flow {str(which)!r}. `prefect flow ls` lists those that there are."
    )
