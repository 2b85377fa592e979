"""An artifact of any kind: made, stored with the run that made it, and read again by its key."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.context import FlowRunContext, TaskRunContext
from prefect.events import emit_event
from prefect.schemas import artifacts as stored
from prefect.schemas.artifacts import (
    ArtifactCreate,
    ArtifactFilter,
    ArtifactFilterKey,
    ArtifactSort,
    ArtifactUpdate,
)
from prefect.store.artifacts import create_artifact, read_artifacts, update_artifact


async def _acreate(self: Artifact, client: Any = None) -> stored.Artifact:
    """Store the artifact. See `create`."""
    return await arun(self.creation())


async def _aget(cls: Any, key: str | None = None, client: Any = None) -> stored.Artifact | None:
    """Return the newest artifact of a key. See `get`."""
    return await arun(_get(key))


async def _aget_or_create(
    cls: type[Artifact],
    key: str | None = None,
    description: str | None = None,
    data: Any = None,
    client: Any = None,
    **kwargs: Any,
) -> tuple[stored.Artifact, bool]:
    """Return the newest artifact of a key, or make one. See `get_or_create`."""
    return await arun(_get_or_create(cls, key, {"description": description, "data": data, **kwargs}))


async def _aformat(self: Artifact) -> Any:
    """Return the data in the form in which it is stored. See `format`."""
    return self.formatted()


class Artifact(ArtifactCreate):
    """What a run leaves behind for people to look at. `prefect.artifacts` has kinds with a form of their own.

    Args:
        key: What this is a version of: lowercase letters, digits and dashes.
        type: How it is to be shown.
        description: What it is, in Markdown.
        data: What is to be shown; it is stored as JSON.
        metadata_: Further facts, as text.
        flow_run_id: The flow run that it belongs to, by default the one that runs here.
        task_run_id: The task run that it belongs to, by default the one that runs here.
    """

    acreate = _acreate

    @async_dispatch(_acreate)
    def create(self, client: Any = None) -> Any:
        """Store the artifact with the run that runs here, and return it as it is stored.

        Args:
            client: Not used; accepted from callers of other releases.
        """
        return run(self.creation())

    aget = classmethod(_aget)

    @classmethod
    @async_dispatch(_aget)
    def get(cls, key: str | None = None, client: Any = None) -> Any:
        """Return the newest artifact of a key as it is stored, or None.

        Args:
            key: The key; without one, the newest artifact of all is meant.
            client: Not used; accepted from callers of other releases.
        """
        return run(_get(key))

    aget_or_create = classmethod(_aget_or_create)

    @classmethod
    @async_dispatch(_aget_or_create)
    def get_or_create(
        cls,
        key: str | None = None,
        description: str | None = None,
        data: Any = None,
        client: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Return the newest artifact of a key, or make one, and whether it was made.

        Args:
            key: The key.
            description: The description of a new one.
            data: The data of a new one.
            client: Not used; accepted from callers of other releases.
            **kwargs: Further fields of a new one.
        """
        return run(_get_or_create(cls, key, {"description": description, "data": data, **kwargs}))

    aformat = _aformat

    @async_dispatch(_aformat)
    def format(self) -> Any:
        """Return the data in the form in which it is stored."""
        return self.formatted()

    def formatted(self) -> Any:
        """Return the data in the form in which it is stored, whoever asks. Kinds of artifacts define it."""
        return json.dumps(self.data)

    def creation(self) -> Steps[stored.Artifact]:
        """The steps that store the artifact and tell of it."""
        flow, task = FlowRunContext.get(), TaskRunContext.get()
        wanted = ArtifactCreate(
            key=self.key,
            type=self.type,
            description=self.description,
            data=self.formatted(),
            metadata_=self.metadata_,
            flow_run_id=self.flow_run_id or (flow.flow_run.id if flow else None),
            task_run_id=self.task_run_id or (task.task_run.id if task else None),
        )
        new = yield from settle(get_backend().perform(create_artifact, wanted))
        labels = {"prefect.resource.id": f"prefect.artifact.{new.id}"}
        emit_event(
            "prefect.artifact.created",
            labels | ({"prefect.resource.name": new.key} if new.key is not None else {}),
            payload={"key": new.key, "type": new.type, "description": new.description},
        )
        return new


def _get(key: str | None) -> Steps[stored.Artifact | None]:
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key])) if key is not None else None
    found = yield from settle(
        get_backend().perform(read_artifacts, wanted, sort=ArtifactSort.UPDATED_DESC, limit=1)
    )
    return found[0] if found else None


def _get_or_create(
    kind: type[Artifact], key: str | None, fields: dict[str, Any]
) -> Steps[tuple[stored.Artifact, bool]]:
    present = yield from _get(key)
    if present is not None:
        return present, False
    return (yield from kind(key=key, **fields).creation()), True


def change(artifact_id: UUID, **changes: Any) -> Steps[UUID]:
    """The steps that change fields of a stored artifact and tell of it.

    Raises:
        ObjectNotFound: There is no such artifact.
    """
    yield from settle(get_backend().perform(update_artifact, artifact_id, ArtifactUpdate(**changes)))
    emit_event(
        "prefect.artifact.updated",
        {"prefect.resource.id": f"prefect.artifact.{artifact_id}"},
        payload=changes,
    )
    return artifact_id
