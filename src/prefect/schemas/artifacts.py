"""Artifacts: what runs leave behind for people to look at. Those of one key are versions of one thing."""

from __future__ import annotations

from enum import Enum
from typing import Any
from uuid import UUID

from prefect.schemas._base import Body, Identified
from prefect.schemas.operators import OperatorMixin
from prefect.types.names import ArtifactKey


class Artifact(Identified):
    """An artifact as it is stored."""

    key: str | None = None
    type: str | None = None
    description: str | None = None
    data: dict[str, Any] | Any | None = None
    metadata_: dict[str, str] | None = None
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class ArtifactCollection(Identified):
    """The artifacts of one key, shown as the latest of them, whose id is `latest_id`."""

    key: str
    latest_id: UUID
    type: str | None = None
    description: str | None = None
    data: dict[str, Any] | Any | None = None
    metadata_: dict[str, str] | None = None
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class ArtifactCreate(Body):
    """Create an artifact."""

    key: ArtifactKey | None = None
    type: str | None = None
    description: str | None = None
    data: dict[str, Any] | Any | None = None
    metadata_: dict[str, str] | None = None
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class ArtifactUpdate(Body):
    """Change an artifact; only the fields that are set are changed."""

    data: dict[str, Any] | Any | None = None
    description: str | None = None
    metadata_: dict[str, str] | None = None


class ArtifactFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None


class ArtifactFilterKey(Body):
    """Which keys. `like_` finds keys that hold the text; `exists_` tells those with a key from those without."""

    any_: list[str] | None = None
    like_: str | None = None
    exists_: bool | None = None


class ArtifactFilterFlowRunId(Body):
    """Which flow runs."""

    any_: list[UUID] | None = None


class ArtifactFilterTaskRunId(Body):
    """Which task runs."""

    any_: list[UUID] | None = None


class ArtifactFilterType(Body):
    """Which types, or all but which."""

    any_: list[str] | None = None
    not_any_: list[str] | None = None


class ArtifactFilter(OperatorMixin, Body):
    """Which artifacts."""

    id: ArtifactFilterId | None = None
    key: ArtifactFilterKey | None = None
    flow_run_id: ArtifactFilterFlowRunId | None = None
    task_run_id: ArtifactFilterTaskRunId | None = None
    type: ArtifactFilterType | None = None


class ArtifactCollectionFilterLatestId(ArtifactFilterId):
    """Which ids of latest artifacts."""


class ArtifactCollectionFilterKey(ArtifactFilterKey):
    """Which keys."""


class ArtifactCollectionFilterFlowRunId(ArtifactFilterFlowRunId):
    """Which flow runs."""


class ArtifactCollectionFilterTaskRunId(ArtifactFilterTaskRunId):
    """Which task runs."""


class ArtifactCollectionFilterType(ArtifactFilterType):
    """Which types, or all but which."""


class ArtifactCollectionFilter(OperatorMixin, Body):
    """Which keys, by the latest artifact of each."""

    latest_id: ArtifactCollectionFilterLatestId | None = None
    key: ArtifactCollectionFilterKey | None = None
    flow_run_id: ArtifactCollectionFilterFlowRunId | None = None
    task_run_id: ArtifactCollectionFilterTaskRunId | None = None
    type: ArtifactCollectionFilterType | None = None


class ArtifactSort(str, Enum):
    """In which order artifacts are listed."""

    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    ID_DESC = "ID_DESC"
    KEY_DESC = "KEY_DESC"
    KEY_ASC = "KEY_ASC"


class ArtifactCollectionSort(str, Enum):
    """In which order the latest artifacts are listed."""

    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    ID_DESC = "ID_DESC"
    KEY_DESC = "KEY_DESC"
    KEY_ASC = "KEY_ASC"
