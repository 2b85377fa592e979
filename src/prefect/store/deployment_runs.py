"""Runs of deployments that somebody asks for: one, or many at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ReferenceNotFound, RequestRefused
from prefect.schemas.deployments import (
    DeploymentFlowRunCreate,
    FlowRunBulkCreateResponse,
    FlowRunCreateResult,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.names import random_name
from prefect.schemas.states import State, StateType
from prefect.store.columns import json_value
from prefect.store.deployment_rows import found_deployment
from prefect.store.deployment_scheduling import run_values_of
from prefect.store.flow_run_creation import add_flow_run, find_by_idempotency_key, state_created
from prefect.store.operations import operation
from prefect.store.parameter_checks import check_job_variables, check_parameters, job_template_of_queue
from prefect.store.parameter_hydration import hydrated
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.work_pools import found_pool
from prefect.store.work_queues import queue_called

MOST_RUNS_AT_ONCE = 100
"""How many runs one request can create."""


@operation("POST", "/deployments/{id}/create_flow_run", status=201, dated=lambda run: run.created)
def create_flow_run_from_deployment(id: UUID, flow_run: DeploymentFlowRunCreate) -> Transaction[FlowRun]:
    """Create a run of a deployment, scheduled for now or in the state that is given.

    One that the flow has with the same idempotency key is returned as it is.

    Raises:
        ObjectNotFound: There is no such deployment.
        ReferenceNotFound: There is no such task run to stand for it.
        RequestRefused: The parameters or the job variables do not fit their schemas.
    """
    deployment = yield from found_deployment(id)
    return (yield from _create(deployment, flow_run, "Error creating flow run"))


@operation("POST", "/deployments/{id}/create_flow_run/bulk", body="flow_runs")
def bulk_create_flow_runs_from_deployment(
    id: UUID, flow_runs: list[DeploymentFlowRunCreate]
) -> Transaction[FlowRunBulkCreateResponse]:
    """Create runs of a deployment; see `create_flow_run_from_deployment`. One that cannot be created stops no other.

    Raises:
        ObjectNotFound: There is no such deployment.
        RequestRefused: They are too many.
    """
    deployment = yield from found_deployment(id)
    if len(flow_runs) > MOST_RUNS_AT_ONCE:
        raise RequestRefused(f"Cannot create more than {MOST_RUNS_AT_ONCE} flow runs at once.", 400)
    results: list[FlowRunCreateResult] = []
    for flow_run in flow_runs:
        try:
            run = yield from _create(deployment, flow_run, "Parameter validation failed")
        except (RequestRefused, ReferenceNotFound) as error:
            results.append(FlowRunCreateResult(status="FAILED", error=str(error)))
        else:
            results.append(FlowRunCreateResult(flow_run_id=run.id, status="CREATED"))
    return FlowRunBulkCreateResponse(results=results)


def _create(deployment: Row, flow_run: DeploymentFlowRunCreate, failing: str) -> Transaction[FlowRun]:
    key = flow_run.idempotency_key
    flow_id = UUID(deployment["flow_id"])
    earlier = (yield from find_by_idempotency_key(flow_id, key)) if key is not None else None
    if earlier is not None:
        return earlier
    common = run_values_of(deployment)
    parameters = {**common["parameters"], **(yield from hydrated(flow_run.parameters))}
    enforced = flow_run.enforce_parameter_schema
    if deployment["enforce_parameter_schema"] if enforced is None else enforced:
        schema = deployment["parameter_openapi_schema"]
        check_parameters(parameters, json_value(schema) if schema else None, failing)
    queue = yield from _queue(deployment, flow_run.work_queue_name)
    yield from _check_job_variables(deployment, flow_run, queue, failing)
    yield from _check_parent(flow_run.parent_task_run_id)
    moment = now()
    values: dict[str, Any] = {
        **common,
        **queue,
        "id": uuid7(),
        "created": moment,
        "updated": moment,
        "name": flow_run.name or random_name(),
        "parameters": parameters,
        "context": flow_run.context,
        "empirical_policy": flow_run.empirical_policy,
        "tags": list(dict.fromkeys([*common["tags"], *flow_run.tags])),
        "labels": {**common["labels"], **(flow_run.labels or {})},
        "idempotency_key": key,
        "parent_task_run_id": flow_run.parent_task_run_id,
        "job_variables": flow_run.job_variables or {},
    }
    run = FlowRun.model_construct(None, **values)
    if flow_run.infrastructure_document_id is not None:
        run.infrastructure_document_id = flow_run.infrastructure_document_id
    state: State[Any] = (
        State(type=StateType.SCHEDULED, timestamp=moment)
        if flow_run.state is None
        else state_created(flow_run.state)
    )
    return (yield from add_flow_run(run, state))


def _queue(deployment: Row, name: str | None) -> Transaction[dict[str, Any]]:
    """Return the queue of the deployment's pool where a run is put, if one is named; it is created if need be."""
    if name is None:
        return {}
    if deployment["work_pool_name"] is None:
        raise RequestRefused(
            f"Cannot create flow run in work queue {name} because deployment {deployment['id']} is not associated "
            "with a work pool. Please remove work_queue_name and try again.",
            400,
        )
    queue = yield from queue_called((yield from found_pool(deployment["work_pool_name"])), name)
    return {"work_queue_id": UUID(queue["id"]), "work_queue_name": queue["name"]}


def _check_job_variables(
    deployment: Row, flow_run: DeploymentFlowRunCreate, queue: dict[str, Any], failing: str
) -> Transaction[None]:
    queue_id = queue.get("work_queue_id") or deployment["work_queue_id"]
    pool = yield from job_template_of_queue(None if queue_id is None else str(queue_id))
    if pool is None or not pool["base_job_template"] or pool["base_job_template"] == "{}":
        return
    own: dict[str, Any] = json_value(deployment["job_variables"]) if deployment["job_variables"] else {}
    variables = {**own, **(flow_run.job_variables or {})}
    check_job_variables(variables, json_value(pool["base_job_template"]), failing, whole=True)


def _check_parent(task_run_id: UUID | None) -> Transaction[None]:
    if task_run_id is None:
        return
    if not (yield Statement("SELECT 1 FROM task_run WHERE id = ?", (str(task_run_id),))):
        raise ReferenceNotFound(f"There is no task run {task_run_id} that could stand for the flow run.")
