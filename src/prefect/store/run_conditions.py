"""The filters of flows, flow runs and task runs as SQL."""

from __future__ import annotations

from pydantic import BaseModel

from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.store.column_filters import among, on_column, on_tags
from prefect.store.conditions import Condition, is_set, one_of, together


def flows_meant(
    flows: FlowFilter | None, flow_runs: FlowRunFilter | None, task_runs: TaskRunFilter | None
) -> Condition:
    """What a row of `flow` must fulfil: it is meant, and has a run that is meant, if runs are filtered."""
    conditions = [_flow(flows)]
    if flow_runs is not None or task_runs is not None:
        runs = flow_runs_meant(flow_runs, None, task_runs)
        conditions.append(among("flow.id", "flow_run.flow_id", "flow_run", runs))
    return together(conditions)


def flow_runs_meant(
    flow_runs: FlowRunFilter | None, flows: FlowFilter | None, task_runs: TaskRunFilter | None
) -> Condition:
    """What a row of `flow_run` must fulfil: it is meant, and so is its flow, and a task run of its."""
    conditions = [_flow_run(flow_runs)]
    if flows is not None:
        conditions.append(among("flow_run.flow_id", "flow.id", "flow", _flow(flows)))
    if task_runs is not None:
        conditions.append(among("flow_run.id", "task_run.flow_run_id", "task_run", _task_run(task_runs)))
    return together(conditions)


def task_runs_meant(
    task_runs: TaskRunFilter | None, flow_runs: FlowRunFilter | None, flows: FlowFilter | None
) -> Condition:
    """What a row of `task_run` must fulfil: it is meant, and so is its flow run, and the flow of that."""
    conditions = [_task_run(task_runs)]
    if flow_runs is not None or flows is not None:
        runs = flow_runs_meant(flow_runs, flows, None)
        conditions.append(among("task_run.flow_run_id", "flow_run.id", "flow_run", runs))
    return together(conditions)


def _flow(wanted: FlowFilter | None) -> Condition:
    if wanted is None:
        return together([])
    conditions = [
        *on_column("flow.id", wanted.id),
        *on_column("flow.name", wanted.name),
        *on_tags("flow.tags", wanted.tags),
    ]
    if wanted.deployment is not None and wanted.deployment.is_null_ is not None:
        # There are no deployments in the store yet, so that no flow has one.
        conditions.append(Condition("TRUE" if wanted.deployment.is_null_ else "FALSE"))
    return together(conditions, wanted.operator)


def _flow_run(wanted: FlowRunFilter | None) -> Condition:
    if wanted is None:
        return together([])
    conditions = [
        *on_column("flow_run.id", wanted.id),
        *on_column("flow_run.name", wanted.name),
        *on_tags("flow_run.tags", wanted.tags),
        *on_column("flow_run.deployment_id", wanted.deployment_id),
        *on_column("flow_run.work_queue_name", wanted.work_queue_name),
        *on_column("flow_run.flow_version", wanted.flow_version),
        *_started("flow_run", wanted.start_time),
        *on_column("flow_run.end_time", wanted.end_time),
        *on_column("flow_run.expected_start_time", wanted.expected_start_time),
        *on_column("flow_run.next_scheduled_start_time", wanted.next_scheduled_start_time),
        *on_column("flow_run.parent_task_run_id", wanted.parent_task_run_id),
        *on_column("flow_run.idempotency_key", wanted.idempotency_key),
    ]
    if wanted.state is not None:
        state = [
            *on_column("flow_run.state_type", wanted.state.type),
            *on_column("flow_run.state_name", wanted.state.name),
        ]
        conditions += [together(state, wanted.state.operator)] if state else []
    if wanted.parent_flow_run_id is not None and wanted.parent_flow_run_id.any_ is not None:
        parents = one_of("task_run.flow_run_id", wanted.parent_flow_run_id.any_)
        conditions.append(among("flow_run.parent_task_run_id", "task_run.id", "task_run", parents))
    if wanted.created_by is not None:
        conditions += _created_by(wanted)
    return together(conditions, wanted.operator)


def _created_by(wanted: FlowRunFilter) -> list[Condition]:
    by = wanted.created_by
    assert by is not None  # asked for
    conditions: list[Condition] = []
    if by.id_ is not None:
        conditions.append(one_of("flow_run.created_by ->> '$.id'", by.id_))
    if by.type_ is not None:
        conditions.append(one_of("flow_run.created_by ->> '$.type'", by.type_))
    if by.is_null_ is not None:
        conditions.append(is_set("flow_run.created_by", not by.is_null_))
    return [together(conditions, by.operator)] if conditions else []


def _started(table: str, wanted: BaseModel | None) -> list[Condition]:
    """When runs started or, while they have not, should start; `is_null_` asks whether they have."""
    if wanted is None:
        return []
    if getattr(wanted, "is_null_", None) is not None:
        return on_column(f"{table}.start_time", wanted)
    return on_column(f"coalesce({table}.start_time, {table}.expected_start_time)", wanted)


def _task_run(wanted: TaskRunFilter | None) -> Condition:
    if wanted is None:
        return together([])
    conditions = [
        *on_column("task_run.id", wanted.id),
        *on_column("task_run.name", wanted.name),
        *on_tags("task_run.tags", wanted.tags),
        *on_column("task_run.start_time", wanted.start_time),
        *on_column("task_run.end_time", wanted.end_time),
        *on_column("task_run.expected_start_time", wanted.expected_start_time),
    ]
    if wanted.state is not None:
        state = [
            *on_column("task_run.state_type", wanted.state.type),
            *on_column("task_run.state_name", wanted.state.name),
        ]
        conditions += [together(state, wanted.state.operator)] if state else []
    if wanted.subflow_runs is not None and wanted.subflow_runs.exists_ is not None:
        word = "IN" if wanted.subflow_runs.exists_ else "NOT IN"
        conditions.append(
            Condition(
                f"task_run.id {word} "
                "(SELECT parent_task_run_id FROM flow_run WHERE parent_task_run_id IS NOT NULL)"
            )
        )
    conditions += on_column("task_run.flow_run_id", wanted.flow_run_id)
    return together(conditions, wanted.operator)
