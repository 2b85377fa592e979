"""Which assets a task run uses: those that it names, and those of the runs whose results it takes.

A run that makes assets hands these on; a run that makes none hands on what it uses. All of it is known when the run is
created, so nothing has to come back from the process that it runs in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._assets.context import AssetContext

if TYPE_CHECKING:
    from prefect.context import EngineContext
    from prefect.schemas.task_runs import TaskRun
    from prefect.tasks import Task


def assets_of(
    task: Task[..., Any], task_run: TaskRun, flow_context: EngineContext | None
) -> AssetContext | None:
    """Return the assets of a new task run, and note what it hands on; None when it has nothing to do with any."""
    around = AssetContext.get()
    if around is not None and around.copy_to_child_ctx and around.task_run_id == task_run.id:
        return around.model_copy(update={"copy_to_child_ctx": False})
    known = flow_context.task_run_assets if flow_context is not None else {}
    if not (known or task.assets or task.asset_deps):
        return None
    context = AssetContext.among(known, task, task_run.id, task_run.task_inputs)
    if not context.handed_on:
        return None
    known[task_run.id] = context.handed_on
    return context
