"""Deployments: created, read, changed, paused and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ReferenceNotFound
from prefect.schemas.deployment_filters import DeploymentFilter, DeploymentSort
from prefect.schemas.deployments import (
    DeploymentBulkDeleteResponse,
    DeploymentCreate,
    DeploymentPage,
    DeploymentResponse,
    DeploymentUpdate,
)
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.paging import FewAtOnce, Offset, PageNumber, pages_of
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.columns import json_value
from prefect.store.deployment_conditions import deployments_meant
from prefect.store.deployment_events import tell_deployment
from prefect.store.deployment_limits import drop_own_limit, limit_wanted
from prefect.store.deployment_rows import WITH_POOL, deployment_not_found, deployments_of, found_deployment
from prefect.store.deployment_schedules import make_no_runs_before, replace_schedules, update_schedules
from prefect.store.flow_run_deletion import delete_flow_runs_with_all
from prefect.store.operations import operation
from prefect.store.parameter_checks import (
    check_job_variables,
    check_parameters,
    job_template_of_queue,
    without_required,
)
from prefect.store.scheduled_runs import forget_runs_ahead
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.deployments import DEPLOYMENT
from prefect.store.work_pool_events import difference
from prefect.store.work_pools import found_pool
from prefect.store.work_queues import agent_pool, queue_called

_ORDER = {
    DeploymentSort.CREATED_DESC: "deployment.created DESC, deployment.id DESC",
    DeploymentSort.UPDATED_DESC: "deployment.updated DESC, deployment.id DESC",
    DeploymentSort.NAME_ASC: "deployment.name, deployment.id",
    DeploymentSort.NAME_DESC: "deployment.name DESC, deployment.id DESC",
}

_NOT_COLUMNS = frozenset(
    {
        "schedules",
        "labels",
        "work_pool_name",
        "work_queue_name",
        "concurrency_limit",
        "global_concurrency_limit_id",
        "default_work_pool_name",
        "default_docker_build_namespace",
        "name",
        "flow_id",
    }
)
"""What is sent of a deployment and does not go into a column as it is."""


_NOTHING: dict[str, Any] = {"pull_steps": [], "parameter_openapi_schema": {}}
"""What is stored in place of nothing."""


@operation("POST", "/deployments/", status=201, dated=lambda deployment: deployment.created)
def create_deployment(deployment: DeploymentCreate) -> Transaction[DeploymentResponse]:
    """Create a deployment, or change the one that the flow has of this name.

    Deploying again what is there already changes nothing. Runs that are due stay in any case.

    Raises:
        ReferenceNotFound: There is no such flow.
        ObjectNotFound: There is no such work pool, or no such limit to share.
        RequestRefused: The parameters or the job variables do not fit their schemas.
    """
    moment = now()
    flow = yield Statement("SELECT labels FROM flow WHERE id = ?", (str(deployment.flow_id),))
    if not flow:
        raise ReferenceNotFound(f"There is no flow {deployment.flow_id} to deploy. Register it first.")
    rows = yield Statement(
        f"{WITH_POOL} WHERE deployment.flow_id = ? AND deployment.name = ?",
        (str(deployment.flow_id), deployment.name),
    )
    present = rows[0] if rows else None
    id = present["id"] if present else str(uuid7())
    queue = yield from _queue_wanted(deployment, None)
    values = _columns_sent(deployment)
    values["labels"] = {
        **(json_value(flow[0]["labels"]) if flow[0]["labels"] else {}),
        "prefect.flow.id": str(deployment.flow_id),
        **(deployment.labels or {}),
    }
    values["parameters"] = deployment.parameters
    yield from _check(present, values, queue, "Error creating deployment")
    if present is None:
        yield from _insert(id, deployment, values, queue, moment)
        values["concurrency_limit_id"] = yield from limit_wanted(id, None, deployment)
        yield _write(id, {"concurrency_limit_id": values["concurrency_limit_id"]})
    else:
        values |= queue
        values["concurrency_limit_id"] = yield from limit_wanted(
            id, present["concurrency_limit_id"], deployment
        )
        yield from _change(present, values, moment)
    row = yield from found_deployment(UUID(id))
    if "schedules" in deployment.model_fields_set:
        yield from replace_schedules(row, deployment.schedules, moment)
    if present is None:
        yield from tell_deployment(id, "created", moment)
    return (yield from deployments_of([(yield from found_deployment(UUID(id)))]))[0]


def _insert(
    id: str, deployment: DeploymentCreate, values: dict[str, Any], queue: dict[str, Any], moment: datetime
) -> Transaction[None]:
    written: dict[str, Any] = {
        "paused": False,
        **_NOTHING,
        "job_variables": {},
        "tags": [],
        "enforce_parameter_schema": True,
        **{name: value for name, value in values.items() if value is not None},
        **queue,
        "id": UUID(id),
        "created": moment,
        "updated": moment,
        "name": deployment.name,
        "flow_id": deployment.flow_id,
        "status": "NOT_READY",
    }
    yield Statement(DEPLOYMENT.insert, DEPLOYMENT.encode(written))


@operation("PATCH", "/deployments/{id}", status=204)
def update_deployment(id: UUID, deployment: DeploymentUpdate) -> Transaction[None]:
    """Change a deployment; see `DeploymentUpdate`.

    Runs that its schedules made ahead of time are made anew if the change concerns them. Those that are due stay.

    Raises:
        ObjectNotFound: There is no such deployment, work pool, or limit to share.
        RequestRefused: The parameters or the job variables do not fit their schemas, or a schedule has no slug.
    """
    moment = now()
    row = yield from found_deployment(id)
    queue = yield from _queue_wanted(deployment, row["work_pool_name"])
    values = _columns_sent(deployment)
    yield from _check(row, values, queue, "Error updating deployment")
    values |= queue
    values["concurrency_limit_id"] = yield from limit_wanted(
        row["id"], row["concurrency_limit_id"], deployment
    )
    yield from _change(row, values, moment)
    if deployment.schedules is not None:
        yield from update_schedules((yield from found_deployment(id)), deployment.schedules, moment)


def _columns_sent(deployment: DeploymentCreate | DeploymentUpdate) -> dict[str, Any]:
    """Return those fields that are set and are columns, as JSON has them."""
    sent = deployment.model_dump(mode="json", exclude_unset=True, exclude=set(_NOT_COLUMNS))
    for name in ("paused", "tags", "enforce_parameter_schema", "job_variables", "parameters"):
        if sent.get(name, ...) is None:
            del sent[name]
    for name, nothing in _NOTHING.items():
        if sent.get(name, ...) is None:
            sent[name] = nothing
    info = deployment.version_info
    if info is not None and deployment.version is None:
        sent["version"] = info.version
    return sent


def _queue_wanted(
    deployment: DeploymentCreate | DeploymentUpdate, present_pool: str | None
) -> Transaction[dict[str, Any]]:
    """Return the queue where runs are put, if one is named; it is created if there is none of this name.

    A change that says that there is no pool takes the deployment out of the one that it is in.
    """
    pool_name, queue_name = deployment.work_pool_name, deployment.work_queue_name
    if pool_name is None and queue_name is None:
        leaves = isinstance(deployment, DeploymentUpdate) and "work_pool_name" in deployment.model_fields_set
        return {"work_queue_id": None, "work_queue_name": None} if leaves else {}
    pool_name = pool_name or present_pool
    pool = (yield from agent_pool()) if pool_name is None else (yield from found_pool(pool_name))
    queue = yield from queue_called(pool, queue_name)
    return {"work_queue_id": queue["id"], "work_queue_name": queue["name"]}


def _check(
    present: Row | None, values: dict[str, Any], queue: dict[str, Any], failing: str
) -> Transaction[None]:
    """Check parameters and job variables as they will be, as far as they are told."""
    stored = {} if present is None else DEPLOYMENT.decode(present)
    after = {**stored, **values, **queue}
    enforced = after.get("enforce_parameter_schema")
    if values.keys() & {"parameters", "parameter_openapi_schema"} and (enforced is None or enforced):
        schema = after.get("parameter_openapi_schema")
        check_parameters(after.get("parameters") or {}, without_required(schema), failing, 422)
    if "job_variables" in values or queue:
        pool = yield from job_template_of_queue(after.get("work_queue_id"))
        if pool is not None and pool["base_job_template"]:
            template = json_value(pool["base_job_template"])
            check_job_variables(after.get("job_variables") or {}, template, failing, whole=False)


def _change(row: Row, values: dict[str, Any], moment: datetime) -> Transaction[None]:
    """Write what is different, tell it, and delete the runs ahead of time that it concerns."""
    present = DEPLOYMENT.decode(row)
    changes = {
        name: value for name, value in values.items() if name in DEPLOYMENT.columns and present[name] != value
    }
    if not changes:
        return
    yield _write(row["id"], {**changes, "updated": moment})
    told = {name: value for name, value in changes.items() if name != "labels"}
    yield from tell_deployment(row["id"], "updated", moment, difference(present, told))
    if changes.keys() - {"description", "concurrency_limit_id", "concurrency_options", "pull_steps", "path"}:
        yield from forget_runs_ahead(row, moment)
    if changes.get("paused") is False:
        yield from make_no_runs_before(row["id"], moment)


def _write(id: str, changes: dict[str, Any]) -> Statement:
    return Statement(DEPLOYMENT.update(changes), [*DEPLOYMENT.encode(changes, tuple(changes)), id])


@operation("GET", "/deployments/{id}", reads=True)
def read_deployment(id: UUID) -> Transaction[DeploymentResponse]:
    """Return a deployment.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    row = yield from found_deployment(id)
    return (yield from deployments_of([row]))[0]


@operation("GET", "/deployments/name/{flow_name}/{deployment_name}", reads=True)
def read_deployment_by_name(flow_name: str, deployment_name: str) -> Transaction[DeploymentResponse]:
    """Return a deployment by its name and that of its flow.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    rows = yield Statement(
        f"{WITH_POOL} JOIN flow ON flow.id = deployment.flow_id WHERE flow.name = ? AND deployment.name = ?",
        (flow_name, deployment_name),
    )
    if not rows:
        raise deployment_not_found(f"{flow_name}/{deployment_name}")
    return (yield from deployments_of(rows))[0]


@operation("POST", "/deployments/filter", reads=True)
def read_deployments(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_pool_queues: WorkQueueFilter | None = None,
    sort: DeploymentSort = DeploymentSort.NAME_ASC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[DeploymentResponse]]:
    """Return the deployments that filters mean.

    Args:
        flows: Only those of such flows.
        flow_runs: Only those with such runs.
        task_runs: Only those with runs that have such task runs.
        deployments: Which ones; by default all.
        work_pools: Only those in such work pools.
        work_pool_queues: Only those in such work queues.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    where = deployments_meant(flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues)
    rows = yield Statement(
        f"{WITH_POOL} WHERE {where.sql} ORDER BY {_ORDER[sort]} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return (yield from deployments_of(rows))


@operation("POST", "/deployments/count", reads=True)
def count_deployments(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_pool_queues: WorkQueueFilter | None = None,
) -> Transaction[int]:
    """Return how many deployments filters mean; see `read_deployments`."""
    where = deployments_meant(flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues)
    rows = yield Statement(f"SELECT count(*) AS n FROM deployment WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("POST", "/deployments/paginate", reads=True)
def paginate_deployments(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_pool_queues: WorkQueueFilter | None = None,
    sort: DeploymentSort = DeploymentSort.NAME_ASC,
    limit: int = 200,
    page: PageNumber = 1,
) -> Transaction[DeploymentPage]:
    """Return a page of the deployments that filters mean; see `read_deployments`. `limit` is how many go on a page."""
    filters = (flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues)
    count = yield from count_deployments(*filters)
    results = yield from read_deployments(*filters, sort, limit, (page - 1) * limit)
    return DeploymentPage(results=results, count=count, limit=limit, pages=pages_of(count, limit), page=page)


@operation("DELETE", "/deployments/{id}", status=204)
def delete_deployment(id: UUID) -> Transaction[None]:
    """Delete a deployment with its schedules and those of its runs that were never started. Its other runs stay.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    row = yield from found_deployment(id)
    yield from delete_deployments([row["id"]])


@operation("POST", "/deployments/bulk_delete")
def bulk_delete_deployments(
    deployments: DeploymentFilter | None = None, limit: FewAtOnce = 50
) -> Transaction[DeploymentBulkDeleteResponse]:
    """Delete the first deployments that a filter means; see `delete_deployment`.

    Args:
        deployments: Which ones.
        limit: How many at most.
    """
    where = deployments_meant(deployments=deployments)
    rows = yield Statement(
        f"SELECT id FROM deployment WHERE {where.sql} ORDER BY name, id LIMIT ?", (*where.parameters, limit)
    )
    ids = [row["id"] for row in rows]
    yield from delete_deployments(ids)
    return DeploymentBulkDeleteResponse(deleted=[UUID(id) for id in ids])


def delete_deployments(ids: Sequence[str]) -> Transaction[None]:
    """Delete deployments; see `delete_deployment`."""
    moment = now()
    for id in ids:
        yield from tell_deployment(id, "deleted", moment)
        runs = yield Statement(
            "SELECT id FROM flow_run WHERE deployment_id = ? AND state_type = 'SCHEDULED'", (id,)
        )
        yield from delete_flow_runs_with_all([run["id"] for run in runs])
        yield from drop_own_limit(id)
        yield Statement("DELETE FROM deployment_schedule WHERE deployment_id = ?", (id,))
        yield Statement("DELETE FROM deployment WHERE id = ?", (id,))


@operation("POST", "/deployments/{id}/pause_deployment")
def pause_deployment(id: UUID) -> Transaction[None]:
    """Make no more runs of a deployment's schedules, and delete those made ahead of time. Those that are due stay.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    yield from _change((yield from found_deployment(id)), {"paused": True}, now())


@operation("POST", "/deployments/{id}/resume_deployment")
def resume_deployment(id: UUID) -> Transaction[None]:
    """Make runs of a deployment's schedules again.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    yield from _change((yield from found_deployment(id)), {"paused": False}, now())
