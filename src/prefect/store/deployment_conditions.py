"""The filters of deployments and of what they belong to, as SQL."""

from __future__ import annotations

from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.column_filters import among
from prefect.store.conditions import Condition, together
from prefect.store.noun_conditions import (
    deployment_condition,
    flow_condition,
    work_pool_condition,
    work_queue_condition,
)
from prefect.store.run_conditions import flow_runs_meant


def deployments_meant(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_queues: WorkQueueFilter | None = None,
) -> Condition:
    """What a row of `deployment` must fulfil: it is meant, and so are its flow, one run, its queue and its pool."""
    conditions = [deployment_condition(deployments)]
    if flows is not None:
        conditions.append(among("deployment.flow_id", "flow.id", "flow", flow_condition(flows)))
    if flow_runs is not None or task_runs is not None:
        runs = flow_runs_meant(flow_runs, None, task_runs)
        conditions.append(among("deployment.id", "flow_run.deployment_id", "flow_run", runs))
    if work_pools is not None or work_queues is not None:
        wanted = [work_queue_condition(work_queues)]
        if work_pools is not None:
            in_pool = work_pool_condition(work_pools)
            wanted.append(among("work_queue.work_pool_id", "work_pool.id", "work_pool", in_pool))
        conditions.append(among("deployment.work_queue_id", "work_queue.id", "work_queue", together(wanted)))
    return together(conditions)
