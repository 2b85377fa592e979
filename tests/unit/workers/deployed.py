"""Deployments in a work pool, made as clients make them, and what became of their runs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.backend import get_backend
from prefect.schemas.deployments import DeploymentCreate, DeploymentFlowRunCreate
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import State
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.deployments import create_deployment
from prefect.store.flow_runs import read_flow_run
from prefect.store.flows import create_flow
from prefect.store.work_pools import create_work_pool
from prefect.workers.base import BaseWorker


def perform(operation: Any, *args: Any, **kwargs: Any) -> Any:
    """Have an operation performed, and return its answer."""
    return get_backend().perform(operation, *args, **kwargs).result(10)


def pool_of(worker: type[BaseWorker[Any, Any, Any]], name: str = "pool") -> str:
    """Make a pool for a type of workers and return its name."""
    template = worker.get_default_base_job_template()
    perform(create_work_pool, WorkPoolCreate(name=name, type=worker.type, base_job_template=template))
    return name


def deployment_in(pool: str, entrypoint: str = "flows.py:etl", **values: Any) -> UUID:
    """Make a deployment in a pool and return its id."""
    flow = perform(create_flow, FlowCreate(name=entrypoint.rpartition(":")[2]))
    wanted = DeploymentCreate.model_validate(
        {"name": "daily", "flow_id": flow.id, "work_pool_name": pool, "entrypoint": entrypoint, **values}
    )
    return perform(create_deployment, wanted).id


def run_of(deployment: UUID, **values: Any) -> FlowRun:
    """Make a run of a deployment that is due now."""
    return perform(
        create_flow_run_from_deployment, deployment, DeploymentFlowRunCreate.model_validate(values)
    )


def seen(run: FlowRun) -> FlowRun:
    """Return a run as it is now."""
    return perform(read_flow_run, run.id)


def states_of(run: FlowRun) -> list[State[Any]]:
    """Return the states that a run had, the first one first."""
    return get_backend().read_flow_run_states(run.id)


def message_of(run: FlowRun) -> str:
    """Return what the state of a run says."""
    state = seen(run).state
    assert state is not None
    return state.message or ""
