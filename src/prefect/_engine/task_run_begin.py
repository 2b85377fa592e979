"""The beginning of a task run: its identity, its name, and what it depends on."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._clock import now
from prefect._engine.inputs import collect_inputs
from prefect._engine.paused import notice_pause
from prefect._ids import uuid4, uuid7
from prefect.context import FlowRunContext, TaskRunContext, current_tags
from prefect.schemas.run_inputs import RunInput, TaskRunResult
from prefect.schemas.states import State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy

if TYPE_CHECKING:
    from prefect.tasks import Task

_FIELDS = set(TaskRun.model_fields)

_SHOWN = 3
"""How many characters of the dynamic key stand in a task run's name."""


def create_task_run(
    task: Task[..., Any],
    parameters: Mapping[str, Any],
    *,
    wait_for: Any = None,
    dependencies: Mapping[str, Iterable[RunInput]] | None = None,
    task_run_id: UUID | None = None,
) -> TaskRun:
    """Return a new task run in the state Pending, not recorded yet.

    Args:
        task: The task.
        parameters: What it is called with.
        wait_for: Futures and states that it waits for beside those among the parameters.
        dependencies: Further inputs by parameter name.
        task_run_id: The id of the run, when it is given from outside.
    """
    flow_context = FlowRunContext.get()
    if flow_context is not None and TaskRunContext.get() is None:
        notice_pause(flow_context)
    flow_run_id = flow_context.flow_run.id if flow_context else None
    identity = task_run_id or uuid7()
    moment = now()
    key = str(uuid4())
    pending: State[Any] = State(
        type=StateType.PENDING,
        timestamp=moment,
        state_details=StateDetails(task_run_id=identity, flow_run_id=flow_run_id),
    )
    task_run = TaskRun(
        id=identity,
        created=moment,
        updated=moment,
        name=f"{task.name}-{key[:_SHOWN]}" if flow_context else task.name,
        flow_run_id=flow_run_id,
        task_key=task.task_key,
        dynamic_key=key if flow_context else f"{task.task_key}-{key.replace('-', '')}",
        task_version=task.version,
        empirical_policy=_policy(task),
        tags=sorted(task.tags | current_tags()),
        task_inputs=_inputs(parameters, wait_for, dependencies),  # pyright: ignore[reportArgumentType] - lists of the sources
        state=pending,
        state_id=pending.id,
        state_type=pending.type,
        state_name=pending.name,
        expected_start_time=moment,
        flow_run_run_count=flow_context.flow_run.run_count if flow_context else 0,
    )
    # Which fields were set matters to nobody here, and the set of them is the largest part of a task run in memory.
    object.__setattr__(task_run, "__pydantic_fields_set__", _FIELDS)
    return task_run


def _policy(task: Task[..., Any]) -> TaskRunPolicy:
    delay = task.retry_delay_seconds
    return _shared_policy(
        task.retries, tuple(delay) if isinstance(delay, list) else delay, task.retry_jitter_factor
    )


@functools.lru_cache(maxsize=1024)
def _shared_policy(
    retries: int, delay: float | tuple[float, ...], jitter_factor: float | None
) -> TaskRunPolicy:
    """Return the policy of task runs with these options: one object for all of them, which nobody changes."""
    delays = list(delay) if isinstance(delay, tuple) else delay
    return TaskRunPolicy(retries=retries, retry_delay=delays, retry_jitter_factor=jitter_factor)


def _inputs(
    parameters: Mapping[str, Any], wait_for: Any, dependencies: Mapping[str, Iterable[RunInput]] | None
) -> dict[str, list[RunInput]]:
    flow_context = FlowRunContext.get()
    seen = flow_context.results_seen if flow_context else None
    found = {name: _ordered(collect_inputs(value, seen)) for name, value in parameters.items()}
    if wait_for:
        found["wait_for"] = _ordered(collect_inputs(wait_for, seen))
    parent = TaskRunContext.get()
    if parent is not None and (
        flow_context is None or parent.task_run.flow_run_id == flow_context.flow_run.id
    ):
        found["__parents__"] = [TaskRunResult(id=parent.task_run.id)]
    for name, inputs in (dependencies or {}).items():
        found[name] = _ordered(set(found.get(name, ())).union(inputs))
    return found


def _ordered(inputs: set[RunInput]) -> list[RunInput]:
    return sorted(inputs, key=repr) if len(inputs) > 1 else list(inputs)
