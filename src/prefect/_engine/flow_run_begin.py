"""The beginning of a flow run: its identity, and the task run that stands for it in the flow run that called it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect._engine.definitions import key_of_function
from prefect._engine.entrypoints import entrypoint_of
from prefect._engine.inputs import collect_inputs
from prefect._ids import uuid4, uuid7
from prefect._processes import this_process
from prefect.context import EngineContext, TaskRunContext, current_tags
from prefect.schemas.flow_runs import CreatedBy, FlowRun, FlowRunPolicy
from prefect.schemas.states import State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.flows import Flow

_SHOWN = 3


def new_flow_run(
    flow: Flow[..., Any], flow_id: UUID, parameters: Mapping[str, Any], parent: TaskRun | None
) -> FlowRun:
    """Return a new flow run in the state Pending, not stored yet."""
    identity, moment = uuid7(), now()
    parent_id = parent.id if parent else None
    pending: State[Any] = State(
        type=StateType.PENDING,
        timestamp=moment,
        state_details=StateDetails(flow_run_id=identity, task_run_id=parent_id),
    )
    delay = flow.retry_delay_seconds
    first_delay = (delay[0] if delay else 0) if isinstance(delay, list) else delay
    return FlowRun(
        id=identity,
        created=moment,
        updated=moment,
        flow_id=flow_id,
        flow_version=flow.version,
        parameters=flow.serialize_parameters(dict(parameters)),
        empirical_policy=FlowRunPolicy(retries=flow.retries, retry_delay=first_delay or 0),
        tags=sorted(current_tags()),
        context=where_it_runs(flow),
        parent_task_run_id=parent_id,
        created_by=CreatedBy(type="FLOW_RUN") if parent else None,
        state=pending,
        state_id=pending.id,
        state_type=pending.type,
        state_name=pending.name,
        expected_start_time=moment,
    )


def where_it_runs(flow: Flow[..., Any]) -> dict[str, Any]:
    """Return what another process needs to go on with a run of a flow: its code, and whether this process is gone."""
    place = {"entrypoint": entrypoint_of(flow.fn), "path": str(Path(sys.path[0]).resolve())}
    return {"process": list(this_process()), **({} if place["entrypoint"] is None else place)}


def task_run_for_subflow(
    flow: Flow[..., Any], context: EngineContext, parameters: Mapping[str, Any], wait_for: Any
) -> TaskRun:
    """Return the task run that stands for a subflow run in the flow run that calls it, not recorded yet."""
    identity, moment = uuid7(), now()
    task_key = key_of_function(flow.fn)
    key = number_of_call(task_key, context)
    seen = context.results_seen
    inputs: dict[str, Any] = {name: list(collect_inputs(value, seen)) for name, value in parameters.items()}
    if wait_for:
        inputs["wait_for"] = list(collect_inputs(wait_for, seen))
    pending: State[Any] = State(
        type=StateType.PENDING,
        timestamp=moment,
        state_details=StateDetails(task_run_id=identity, flow_run_id=context.flow_run.id),
    )
    return TaskRun(
        id=identity,
        created=moment,
        updated=moment,
        name=f"{flow.name}-{key}" if key.isdigit() else f"{flow.name}-{key[:_SHOWN]}",
        flow_run_id=context.flow_run.id,
        task_key=task_key,
        dynamic_key=key,
        task_version=flow.version,
        tags=sorted(current_tags()),
        task_inputs=inputs,
        state=pending,
        state_id=pending.id,
        state_type=pending.type,
        state_name=pending.name,
        expected_start_time=moment,
        flow_run_run_count=context.flow_run.run_count,
    )


def number_of_call(task_key: str, context: EngineContext) -> str:
    """Return what tells the calls of one subflow apart: their number, or in a task, which may run again, an id."""
    if TaskRunContext.get() is not None:
        return str(uuid4())
    number = int(context.task_run_dynamic_keys.get(task_key, -1)) + 1
    context.task_run_dynamic_keys[task_key] = number
    return str(number)
