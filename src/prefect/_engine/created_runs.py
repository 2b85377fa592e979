"""Runs of tasks that code makes by hand: to run them with `run_task_sync(task, task_run=...)`, or by a task worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._dual.effects import Steps, settle
from prefect._engine.scheduling import deferred_task_run
from prefect._engine.task_run_begin import create_task_run
from prefect.backend import get_backend
from prefect.context import EngineContext, TaskRunContext
from prefect.schemas.run_inputs import RunInput
from prefect.schemas.task_runs import TaskRun
from prefect.store.background_tasks import schedule_task_run

if TYPE_CHECKING:
    from prefect.tasks import Task


def made(
    task: Task[..., Any],
    parameters: Mapping[str, Any] | None,
    *,
    task_run_id: UUID | None,
    flow_run_context: EngineContext | None,
    parent_task_run_context: TaskRunContext | None,
    wait_for: Any,
    extra_task_inputs: Mapping[str, Iterable[RunInput]] | None,
    deferred: bool,
) -> TaskRun:
    """Return a run of a task that is not recorded; see `Task.create_run`."""
    with ExitStack() as stack:
        for context in (flow_run_context, parent_task_run_context):
            if context is not None:
                stack.enter_context(context.model_copy())
        options: Any = {
            "wait_for": wait_for,
            "dependencies": extra_task_inputs,
            "task_run_id": task_run_id,
        }
        make = deferred_task_run if deferred else create_task_run
        return make(task, parameters or {}, **options)


def recording(task_run: TaskRun) -> Steps[TaskRun]:
    """Record a run that was made by hand."""
    backend = get_backend()
    if task_run.state_type == "SCHEDULED":
        yield from settle(backend.perform(schedule_task_run, task_run))
    else:
        backend.create_task_run(task_run)
        yield from settle(backend.flush())
    return task_run
