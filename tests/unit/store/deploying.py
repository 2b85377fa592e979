"""Pools and deployments in the store of this process, for tests that hold on each database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.schemas.deployments import DeploymentCreate, DeploymentFlowRunCreate, DeploymentResponse
from prefect.schemas.events import EventFilter, EventNameFilter, EventOrder
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunFilterDeploymentId, FlowRunSort
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.work_pools import WorkPool, WorkPoolCreate
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.deployments import create_deployment
from prefect.store.events import read_events
from prefect.store.flow_runs import read_flow_runs
from prefect.store.work_pools import create_work_pool
from tests.unit.store.runs import flow_named, perform

HOURLY = {"schedule": {"interval": 3600, "anchor_date": "2026-01-01T00:00:00Z"}, "slug": "hourly"}


def pool(name: str = "pool", **fields: Any) -> WorkPool:
    """Create a work pool."""
    return perform(create_work_pool, WorkPoolCreate(name=name, **{"type": "process", **fields}))


def deploy(name: str = "nightly", **fields: Any) -> DeploymentResponse:
    """Create or change a deployment of the flow `load`."""
    body = {"name": name, "flow_id": flow_named(), **fields}
    return perform(create_deployment, DeploymentCreate.model_validate(body))


def run_of(deployment: DeploymentResponse, **fields: Any) -> FlowRun:
    """Create a run of a deployment."""
    return perform(create_flow_run_from_deployment, deployment.id, DeploymentFlowRunCreate(**fields))


def runs_of(deployment_id: UUID) -> list[FlowRun]:
    """Return the runs of a deployment, those that are expected first at the front."""
    wanted = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment_id]))
    return perform(read_flow_runs, flow_runs=wanted, sort=FlowRunSort.EXPECTED_START_TIME_ASC)


def told(prefix: str) -> list[str]:
    """Return what was told, as names of events without "prefect." and what they are about, in order."""
    wanted = EventFilter(event=EventNameFilter(prefix=[f"prefect.{prefix}"]), order=EventOrder.ASC)
    events = perform(read_events, wanted).events
    return [f"{event.event.removeprefix('prefect.')} {event.resource.name}" for event in events]
