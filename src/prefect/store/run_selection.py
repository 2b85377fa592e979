"""All flow runs that are meant, in brief, so that something can be done with each of them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.run_overviews import SelectedRun
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.store.operations import operation
from prefect.store.run_conditions import flow_runs_meant
from prefect.store.statements import Statement, Transaction


@operation("POST", "/ui/flow_runs/select", reads=True)
def select_flow_runs(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Field(ge=1, le=10_000)] = 5_000,
) -> Transaction[list[SelectedRun]]:
    """Return flow runs that filters mean, in the order of their ids, with what decides what can be done with them.

    Args:
        flows: Only those of such flows.
        flow_runs: Which ones; by default all.
        deployments: Only those of such deployments.
        work_pools: Only those in such work pools.
        after: Only those that come after this one: the last of what was returned before.
        limit: How many at most.
    """
    where = flow_runs_meant(flow_runs, flows, None, deployments, work_pools)
    rows = yield Statement(
        "SELECT flow_run.id AS id, flow_run.state_type AS state_type, "
        "CASE WHEN flow_run.deployment_id IS NULL THEN 0 ELSE 1 END AS deployed FROM flow_run "
        f"WHERE flow_run.id > ? AND {where.sql} ORDER BY flow_run.id LIMIT ?",
        (str(after or ""), *where.parameters, limit),
    )
    return [SelectedRun.model_validate(dict(row)) for row in rows]
