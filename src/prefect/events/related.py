"""Related resources: the run in which something happens, as an event names it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from prefect.context import FlowRunContext, TaskRunContext
from prefect.schemas.resources import RelatedResource


def tags_as_related_resources(tags: Iterable[str]) -> list[RelatedResource]:
    """Return tags in the role of tags, sorted."""
    return [
        RelatedResource({"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"})
        for tag in sorted(set(tags))
    ]


def object_as_related_resource(kind: str, role: str, object: Any) -> RelatedResource:
    """Return a record in some role.

    Args:
        kind: What it is, for example "flow-run".
        role: Its part in the event.
        object: The record, with an id and perhaps a name.
    """
    return _related(kind, role, object.id, getattr(object, "name", None))


def related_resources(exclude: Collection[str] = ()) -> list[RelatedResource]:
    """Return the flow run that runs here with its task run, flow, deployment, work pool and tags.

    Args:
        exclude: Ids of resources that the event names already.
    """
    context = FlowRunContext.get()
    if context is None:
        return []
    run = context.flow_run
    found = [_related("flow-run", "flow-run", run.id, run.name)]
    tags = set(run.tags)
    task = TaskRunContext.get()
    if task is not None:
        found.append(_related("task-run", "task-run", task.task_run.id, task.task_run.name))
        tags.update(task.task_run.tags)
    found.append(_related("flow", "flow", run.flow_id, context.flow.name))
    for kind, id_, name in (
        ("deployment", run.deployment_id, None),
        ("work-queue", run.work_queue_id, run.work_queue_name),
        ("work-pool", run.work_pool_id, run.work_pool_name),
    ):
        if id_ is not None:
            found.append(_related(kind, kind, id_, name))
    found += tags_as_related_resources(tags)
    return [resource for resource in found if resource.id not in exclude]


def _related(kind: str, role: str, id: object, name: str | None) -> RelatedResource:
    labels = {"prefect.resource.id": f"prefect.{kind}.{id}", "prefect.resource.role": role}
    return RelatedResource(labels | ({"prefect.resource.name": name} if name else {}))
