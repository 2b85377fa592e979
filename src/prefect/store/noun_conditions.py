"""What a filter wants of the rows of its own noun, as SQL. How filters of several nouns meet is in `run_conditions`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from prefect.schemas.deployment_filters import DeploymentFilter, DeploymentFilterConcurrencyLimit
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunFilterCreatedBy, FlowRunFilterParameters
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.column_filters import among, on_column, on_tags
from prefect.store.columns import json_text
from prefect.store.conditions import Condition, begins_with, holds_text, is_set, one_of, together


def flow_condition(wanted: FlowFilter | None) -> Condition:
    """What a row of `flow` must fulfil."""
    if wanted is None:
        return together([])
    conditions = [
        *on_column("flow.id", wanted.id),
        *on_column("flow.name", wanted.name),
        *on_tags("flow.tags", wanted.tags),
    ]
    if wanted.deployment is not None and wanted.deployment.is_null_ is not None:
        word = "NOT EXISTS" if wanted.deployment.is_null_ else "EXISTS"
        conditions.append(Condition(f"{word} (SELECT 1 FROM deployment WHERE deployment.flow_id = flow.id)"))
    return together(conditions, wanted.operator)


def flow_run_condition(wanted: FlowRunFilter | None) -> Condition:
    """What a row of `flow_run` must fulfil."""
    if wanted is None:
        return together([])
    conditions = [
        *on_column("flow_run.id", wanted.id),
        *on_column("flow_run.name", wanted.name),
        *on_tags("flow_run.tags", wanted.tags),
        *on_column("flow_run.deployment_id", wanted.deployment_id),
        *on_column("flow_run.work_queue_name", wanted.work_queue_name),
        *_on_state("flow_run", wanted.state),
        *on_column("flow_run.flow_version", wanted.flow_version),
        *on_column("flow_run.deployment_version", wanted.deployment_version),
        *_on_start(wanted.start_time),
        *on_column("flow_run.end_time", wanted.end_time),
        *on_column("flow_run.expected_start_time", wanted.expected_start_time),
        *on_column("flow_run.next_scheduled_start_time", wanted.next_scheduled_start_time),
        *on_column("flow_run.parent_task_run_id", wanted.parent_task_run_id),
        *on_column("flow_run.idempotency_key", wanted.idempotency_key),
        *_on_creator(wanted.created_by),
        *_on_parameters(wanted.parameters),
    ]
    if wanted.parent_flow_run_id is not None and wanted.parent_flow_run_id.any_ is not None:
        parents = one_of("parent.flow_run_id", wanted.parent_flow_run_id.any_)
        conditions.append(among("flow_run.parent_task_run_id", "parent.id", "task_run AS parent", parents))
    return together(conditions, wanted.operator)


def task_run_condition(wanted: TaskRunFilter | None) -> Condition:
    """What a row of `task_run` must fulfil."""
    if wanted is None:
        return together([])
    conditions = [
        *on_column("task_run.id", wanted.id),
        *on_column("task_run.name", wanted.name),
        *on_tags("task_run.tags", wanted.tags),
        *_on_state("task_run", wanted.state),
        *on_column("task_run.start_time", wanted.start_time),
        *on_column("task_run.end_time", wanted.end_time),
        *on_column("task_run.expected_start_time", wanted.expected_start_time),
    ]
    if wanted.subflow_runs is not None and wanted.subflow_runs.exists_ is not None:
        word = "EXISTS" if wanted.subflow_runs.exists_ else "NOT EXISTS"
        child = "SELECT 1 FROM flow_run AS child WHERE child.parent_task_run_id = task_run.id"
        conditions.append(Condition(f"{word} ({child})"))
    if wanted.flow_run_id is not None:
        # Which flow runs says already that there is one; "not without one" is the default of the filter.
        set_too = wanted.flow_run_id.any_ is None or wanted.flow_run_id.is_null_
        told = wanted.flow_run_id if set_too else wanted.flow_run_id.model_copy(update={"is_null_": None})
        conditions += on_column("task_run.flow_run_id", told)
    return together(conditions, wanted.operator)


def deployment_condition(wanted: DeploymentFilter | None) -> Condition:
    """What a row of `deployment` must fulfil."""
    if wanted is None:
        return together([])
    conditions = [
        *on_column("deployment.id", wanted.id),
        *on_column("deployment.name", wanted.name),
        *on_tags("deployment.tags", wanted.tags),
        *on_column("deployment.work_queue_name", wanted.work_queue_name),
    ]
    either = wanted.flow_or_deployment_name
    if either is not None and either.like_ is not None:
        flows = among(
            "deployment.flow_id", "named.id", "flow AS named", holds_text("named.name", either.like_)
        )
        own = holds_text("deployment.name", either.like_)
        conditions.append(Condition(f"({own.sql} OR {flows.sql})", (*own.parameters, *flows.parameters)))
    if wanted.paused is not None and wanted.paused.eq_ is not None:
        conditions.append(Condition("deployment.paused = ?", (int(wanted.paused.eq_),)))
    conditions += _on_concurrency_limit(vars(wanted)["concurrency_limit"])
    return together(conditions, wanted.operator)


def _on_concurrency_limit(wanted: DeploymentFilterConcurrencyLimit | None) -> list[Condition]:
    """How many runs may be in progress: the limit that the deployment names says so."""
    if wanted is None:
        return []
    conditions: list[Condition] = []
    how_many = on_column("held.slot_limit", wanted.model_copy(update={"is_null_": None}))
    if how_many:
        limits = together(how_many)
        conditions.append(
            among("deployment.concurrency_limit_id", "held.id", "concurrency_limit AS held", limits)
        )
    if wanted.is_null_ is not None:
        conditions.append(is_set("deployment.concurrency_limit_id", not wanted.is_null_))
    return conditions


def work_pool_condition(wanted: WorkPoolFilter | None) -> Condition:
    """What a row of `work_pool` must fulfil."""
    if wanted is None:
        return together([])
    conditions = [
        *on_column("work_pool.id", wanted.id),
        *on_column("work_pool.name", wanted.name),
        *on_column("work_pool.type", wanted.type),
    ]
    return together(conditions, wanted.operator)


def work_queue_condition(wanted: WorkQueueFilter | None) -> Condition:
    """What a row of `work_queue` must fulfil."""
    if wanted is None:
        return together([])
    conditions = on_column("work_queue.id", wanted.id)
    if wanted.name is not None:
        if wanted.name.any_ is not None:
            conditions.append(one_of("work_queue.name", wanted.name.any_))
        if wanted.name.startswith_ is not None:
            conditions.append(begins_with("work_queue.name", wanted.name.startswith_))
    return together(conditions, wanted.operator)


def _on_state(table: str, wanted: Any) -> list[Condition]:
    """What is wanted of the type and of the name of the state."""
    if wanted is None:
        return []
    parts = [
        *on_column(f"{table}.state_type", wanted.type),
        *on_column(f"{table}.state_name", wanted.name),
    ]
    return [together(parts, wanted.operator)] if parts else []


def _on_start(wanted: BaseModel | None) -> list[Condition]:
    """When flow runs started or, while they have not, should start; `is_null_` asks whether they have."""
    if wanted is None:
        return []
    said = dict(wanted)
    without = said.pop("is_null_", None)
    times = type(wanted).model_construct(**said, is_null_=None)
    conditions = on_column("coalesce(flow_run.start_time, flow_run.expected_start_time)", times)
    return conditions if without is None else [*conditions, is_set("flow_run.start_time", not without)]


def _on_creator(wanted: FlowRunFilterCreatedBy | None) -> list[Condition]:
    if wanted is None:
        return []
    conditions: list[Condition] = []
    if wanted.id_ is not None:
        conditions.append(one_of("{json_text(flow_run.created_by, id)}", wanted.id_))
    if wanted.type_ is not None:
        conditions.append(one_of("{json_text(flow_run.created_by, type)}", wanted.type_))
    if wanted.is_null_ is not None:
        conditions.append(is_set("flow_run.created_by", not wanted.is_null_))
    return [together(conditions, wanted.operator)] if conditions else []


def _on_parameters(wanted: FlowRunFilterParameters | None) -> list[Condition]:
    """What is wanted of the values with which runs were called."""
    if wanted is None:
        return []
    column = "flow_run.parameters"
    named = [Condition(f"{{json_has({column}, ?)}}", (name,)) for name in wanted.has_ or ()]
    valued = [
        Condition(f"{{json_equals({column}, ?, ?)}}", (name, json_text(value)))
        for name, value in (wanted.equals_ or {}).items()
    ]
    return [*named, *valued]
