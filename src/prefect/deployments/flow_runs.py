"""`run_deployment`: creating a run of a deployment from code, and waiting for its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic_core import PydanticSerializationError, to_jsonable_python

from prefect._clock import now
from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle
from prefect._dual.signatures import called_like
from prefect._engine.flow_run_begin import number_of_call
from prefect._engine.inputs import collect_inputs, resolve, wait_for_runs
from prefect._engine.waiting_for_end import waiting_for_end
from prefect._visiting import replace
from prefect.backend import get_backend
from prefect.blocks.block import Block
from prefect.blocks.class_facts import slugify
from prefect.context import EngineContext, FlowRunContext, TaskRunContext
from prefect.exceptions import ParameterTypeError
from prefect.schemas.deployments import DeploymentFlowRunCreate, DeploymentResponse
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.run_inputs import TaskRunResult
from prefect.schemas.states import StateCreate, StateDetails, StateType
from prefect.schemas.task_runs import TaskRunCreate
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.deployments import read_deployment, read_deployment_by_name
from prefect.store.task_runs import create_task_run

__all__ = ["arun_deployment", "run_deployment"]


def _steps(
    name: str | UUID,
    client: Any = None,
    parameters: dict[str, Any] | None = None,
    scheduled_time: datetime | None = None,
    flow_run_name: str | None = None,
    timeout: float | None = None,
    poll_interval: float | None = 5,
    tags: Iterable[str] | None = None,
    idempotency_key: str | None = None,
    work_queue_name: str | None = None,
    as_subflow: bool | None = True,
    job_variables: dict[str, Any] | None = None,
) -> Steps[FlowRun]:
    del client
    if timeout is not None and timeout < 0:
        raise ValueError("`timeout` cannot be negative")
    given = dict(parameters or {})
    deployment = yield from _found(name)
    yield from wait_for_runs(given.values())
    values = _as_json({key: resolve(value) for key, value in given.items()}, deployment.name)
    due = (
        scheduled_time.replace(tzinfo=UTC) if scheduled_time and not scheduled_time.tzinfo else scheduled_time
    )
    words: dict[str, Any] = {
        "state": StateCreate(
            type=StateType.SCHEDULED, state_details=StateDetails(scheduled_time=due or now())
        ),
        "parameters": values,
        "name": flow_run_name,
        "tags": None if tags is None else list(tags),
        "idempotency_key": idempotency_key,
        "work_queue_name": work_queue_name,
        "job_variables": job_variables,
    }
    context = FlowRunContext.get()
    if as_subflow and context is not None:
        words["parent_task_run_id"] = yield from _standing_task_run(str(name), deployment, context, given)
    body = DeploymentFlowRunCreate(**{word: value for word, value in words.items() if value is not None})
    flow_run = yield from settle(get_backend().perform(create_flow_run_from_deployment, deployment.id, body))
    if timeout == 0:
        return flow_run
    return (yield from waiting_for_end(flow_run.id, timeout, poll_interval))


@called_like(_steps)
async def arun_deployment(*args: Any, **words: Any) -> FlowRun:
    """Create a run of a deployment and wait for its end; the form for async code. See `run_deployment`."""
    return await arun(_steps(*args, **words))


@async_dispatch(arun_deployment)
@called_like(_steps)
def run_deployment(*args: Any, **words: Any) -> FlowRun:
    """Create a run of a deployment and wait for its end. A worker, or whoever serves the deployment, executes it.

    In a flow the run is a child of the flow's run, which depends on the tasks whose results are among the parameters.

    Args:
        name: The deployment: "flow/deployment", or its id.
        client: Accepted for compatibility.
        parameters: Parameters of the run, beside those of the deployment. Futures are waited for, and saved blocks are
            handed over as references.
        scheduled_time: When the run is due; by default now.
        flow_run_name: The name of the run.
        timeout: Seconds to wait for its end; 0 does not wait, None waits for ever.
        poll_interval: Seconds between two looks, at most; a server tells when the run ends.
        tags: Tags of the run, beside those of the deployment.
        idempotency_key: If the flow has a run with this key already, that one is returned.
        work_queue_name: A queue of the deployment's work pool in place of its own.
        as_subflow: In a flow, let the run be a child of the flow's run.
        job_variables: Values for variables of the pool's job template.

    Returns:
        The run, as it is when it ended or when the time was over.

    Raises:
        ValueError: The name is none, or the timeout is below 0.
        ObjectNotFound: There is no such deployment.
        ParameterTypeError: A parameter has no form in JSON.
        RequestRefused: The parameters or job variables do not fit their schemas.

    Example:
        >>> flow_run = run_deployment("etl/nightly", parameters={"day": "2026-01-01"}, timeout=600)
        >>> flow_run.state.is_completed()
        True
    """
    return run(_steps(*args, **words))


def _found(name: str | UUID) -> Steps[DeploymentResponse]:
    backend = get_backend()
    identity = name if isinstance(name, UUID) else _uuid(name)
    if identity is not None:
        return (yield from settle(backend.perform(read_deployment, identity)))
    flow_name, slash, deployment_name = str(name).partition("/")
    if not (flow_name and slash and deployment_name):
        raise ValueError(
            f"Invalid deployment name format: {name}. Expected format: <FLOW_NAME>/<DEPLOYMENT_NAME>"
        )
    return (yield from settle(backend.perform(read_deployment_by_name, flow_name, deployment_name)))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _as_json(parameters: dict[str, Any], deployment: str) -> dict[str, Any]:
    """Return parameters as JSON has them, with references in the place of saved blocks."""
    told: dict[str, Any] = {}
    for name, value in parameters.items():
        try:
            told[name] = to_jsonable_python(replace(value, Block, _reference))
        except PydanticSerializationError as error:
            raise ParameterTypeError(
                f"Parameter {name!r} of a run of deployment {deployment!r} has no form in JSON, so it cannot be sent "
                f"to where the run is executed: {error}"
            ) from error
    return told


def _reference(block: Any, _: bool) -> Any:
    document = getattr(block, "_block_document_id", None)
    return block if document is None else {"$ref": {"block_document_id": str(document)}}


def _standing_task_run(
    called: str, deployment: DeploymentResponse, context: EngineContext, parameters: dict[str, Any]
) -> Steps[UUID]:
    """Return the id of the task run that stands for the run in the flow run which calls it."""
    task_key = f"prefect.deployments.flow_runs.run_deployment.{slugify(deployment.name if _uuid(called) else called)}"
    number = number_of_call(task_key, context)
    inputs: dict[str, Any] = {
        name: list(collect_inputs(value, context.results_seen)) for name, value in parameters.items()
    }
    task = TaskRunContext.get()
    if task is not None:
        inputs["__parents__"] = [TaskRunResult(id=task.task_run.id)]
    body = TaskRunCreate(
        name=f"{deployment.name}-{number[:8]}",
        flow_run_id=context.flow_run.id,
        task_key=task_key,
        dynamic_key=number,
        task_version=deployment.version,
        task_inputs=inputs,
        state=StateCreate(type=StateType.PENDING),
    )
    task_run = yield from settle(get_backend().perform(create_task_run, body))
    return task_run.id
