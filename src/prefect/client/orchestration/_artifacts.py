"""Artifacts, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from prefect.client.orchestration._methods import Asking, given, method
from prefect.store import artifacts

if TYPE_CHECKING:
    from uuid import UUID

    from typing_extensions import Unpack

    from prefect._dual.effects import Steps
    from prefect.schemas.artifacts import (
        Artifact,
        ArtifactCollection,
        ArtifactCollectionFilter,
        ArtifactCollectionSort,
        ArtifactCreate,
        ArtifactFilter,
        ArtifactSort,
        ArtifactUpdate,
    )
    from prefect.schemas.flow_run_filters import FlowRunFilter
    from prefect.schemas.task_run_filters import TaskRunFilter


class BaseArtifactReadParams(TypedDict, total=False):
    """Which artifacts to read: of which runs, and how many (by default as many as the server allows)."""

    flow_run_filter: FlowRunFilter | None
    task_run_filter: TaskRunFilter | None
    limit: int | None
    offset: int


class ArtifactReadParams(BaseArtifactReadParams, total=False):
    """Which artifacts to read, every version."""

    artifact_filter: ArtifactFilter | None
    sort: ArtifactSort | None


class ArtifactCollectionReadParams(BaseArtifactReadParams, total=False):
    """Which artifacts to read, the latest of each key."""

    artifact_filter: ArtifactCollectionFilter | None
    sort: ArtifactCollectionSort | None


class Artifacts(Asking):
    """The methods of artifacts."""

    @method()
    def create_artifact(self, artifact: ArtifactCreate) -> Steps[Artifact]:
        """Store a new artifact and return it; with a key, it becomes the latest of that key."""
        return (yield from self.ask(artifacts.create_artifact, artifact))

    @method()
    def update_artifact(self, artifact_id: UUID, artifact: ArtifactUpdate) -> Steps[None]:
        """Change the fields of an artifact that are set."""
        yield from self.ask(artifacts.update_artifact, artifact_id, artifact)

    @method()
    def read_artifacts(self, **kwargs: Unpack[ArtifactReadParams]) -> Steps[list[Artifact]]:
        """Return artifacts, every version.

        Args:
            **kwargs: Which, in which order, and how many.
        """
        return (yield from self.ask(artifacts.read_artifacts, **_arguments(kwargs)))

    @method(404)
    def delete_artifact(self, artifact_id: UUID) -> Steps[None]:
        """Delete an artifact.

        Raises:
            ObjectNotFound: There is no such artifact.
        """
        yield from self.ask(artifacts.delete_artifact, artifact_id)

    @method()
    def read_latest_artifacts(
        self, **kwargs: Unpack[ArtifactCollectionReadParams]
    ) -> Steps[list[ArtifactCollection]]:
        """Return the latest artifacts of keys.

        Args:
            **kwargs: Which, in which order, and how many.
        """
        return (yield from self.ask(artifacts.read_latest_artifacts, **_arguments(kwargs)))


def _arguments(params: ArtifactReadParams | ArtifactCollectionReadParams) -> dict[str, Any]:
    return given(
        artifacts=params.get("artifact_filter"),
        flow_runs=params.get("flow_run_filter"),
        task_runs=params.get("task_run_filter"),
        sort=params.get("sort"),
        limit=params.get("limit"),
        offset=params.get("offset"),
    )
