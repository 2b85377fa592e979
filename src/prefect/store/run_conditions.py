"""The filters of several nouns together, as SQL: flow runs of these flows, flows that have such runs, and so on."""

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
    flow_run_condition,
    task_run_condition,
    work_pool_condition,
    work_queue_condition,
)


def flows_meant(
    flows: FlowFilter | None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
) -> Condition:
    """What a row of `flow` must fulfil: it is meant, and has a run and a deployment that are, if those are filtered."""
    conditions = [flow_condition(flows)]
    if flow_runs is not None or task_runs is not None:
        runs = flow_runs_meant(flow_runs, None, task_runs)
        conditions.append(among("flow.id", "flow_run.flow_id", "flow_run", runs))
    if deployments is not None or work_pools is not None:
        wanted = [deployment_condition(deployments)]
        if work_pools is not None:
            wanted.append(_in_queue("deployment.work_queue_id", work_pools, None))
        conditions.append(among("flow.id", "deployment.flow_id", "deployment", together(wanted)))
    return together(conditions)


def flow_runs_meant(
    flow_runs: FlowRunFilter | None,
    flows: FlowFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_queues: WorkQueueFilter | None = None,
) -> Condition:
    """What a row of `flow_run` must fulfil: it is meant, and so is what it belongs to, and a task run of its."""
    conditions = [flow_run_condition(flow_runs)]
    if flows is not None:
        conditions.append(_of("flow_run.flow_id", "flow", flows, flow_condition(flows)))
    if task_runs is not None:
        conditions.append(
            among("flow_run.id", "task_run.flow_run_id", "task_run", task_run_condition(task_runs))
        )
    if deployments is not None:
        meant = deployment_condition(deployments)
        conditions.append(_of("flow_run.deployment_id", "deployment", deployments, meant))
    if work_pools is not None or work_queues is not None:
        conditions.append(_in_queue("flow_run.work_queue_id", work_pools, work_queues))
    return together(conditions)


def task_runs_meant(
    task_runs: TaskRunFilter | None,
    flow_runs: FlowRunFilter | None = None,
    flows: FlowFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_queues: WorkQueueFilter | None = None,
) -> Condition:
    """What a row of `task_run` must fulfil: it is meant, and so is its flow run, and what that belongs to."""
    conditions = [task_run_condition(task_runs)]
    if any(each is not None for each in (flow_runs, flows, deployments, work_pools, work_queues)):
        runs = flow_runs_meant(flow_runs, flows, None, deployments, work_pools, work_queues)
        conditions.append(among("task_run.flow_run_id", "flow_run.id", "flow_run", runs))
    return together(conditions)


def _of(column: str, table: str, wanted: FlowFilter | DeploymentFilter, meant: Condition) -> Condition:
    """The column names a row of a table that is meant; where that is one by its id, an index has its runs in order."""
    ids = wanted.id.any_ if wanted.id is not None else None
    if ids is None or len(ids) != 1 or wanted != wanted.model_validate({"id": {"any_": ids}}):
        return among(column, f"{table}.id", table, meant)
    id = str(ids[0])
    return Condition(f"{column} = ? AND EXISTS (SELECT 1 FROM {table} WHERE {table}.id = ?)", (id, id))


def _in_queue(
    column: str, work_pools: WorkPoolFilter | None, work_queues: WorkQueueFilter | None
) -> Condition:
    """The column names a work queue that is meant, of a pool that is."""
    wanted = [work_queue_condition(work_queues)]
    if work_pools is not None:
        wanted.append(
            among("work_queue.work_pool_id", "work_pool.id", "work_pool", work_pool_condition(work_pools))
        )
    return among(column, "work_queue.id", "work_queue", together(wanted))
