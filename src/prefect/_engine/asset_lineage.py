"""Which assets a task run uses: those that it names, and those of the runs whose results it takes.

A run that makes assets hands these on; a run that makes none hands on what it uses. All of it is known when the run is
created, so nothing has to come back from the process that it runs in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._assets.context import AssetContext
from prefect.schemas.run_inputs import TaskRunResult

if TYPE_CHECKING:
    from prefect._assets.asset import Asset
    from prefect.context import EngineContext
    from prefect.schemas.task_runs import TaskRun
    from prefect.tasks import Task

_NOT_TAKEN = "__parents__"
"""The input that names the run around; it is no result that is taken."""


def assets_of(
    task: Task[..., Any], task_run: TaskRun, flow_context: EngineContext | None
) -> AssetContext | None:
    """Return the assets of a new task run, and note what it hands on; None when it has nothing to do with any."""
    known = flow_context.assets_of_runs if flow_context is not None else {}
    if not (known or task.assets or task.asset_deps):
        return None
    taken: set[Asset] = set()
    for name, sources in task_run.task_inputs.items():
        if name != _NOT_TAKEN:
            taken.update(
                asset
                for source in sources
                if isinstance(source, TaskRunResult)
                for asset in known.get(source.id, ())
            )
    context = AssetContext(
        direct_asset_dependencies=set(task.asset_deps),
        downstream_assets=set(task.assets),
        upstream_assets=taken,
        materialized_by=task.materialized_by,
        task_run_id=task_run.id,
    )
    handed_on = context.downstream_assets or context.used
    if not handed_on:
        return None
    known[task_run.id] = handed_on
    return context
