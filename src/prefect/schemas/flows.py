"""A flow as the server knows it: a name that runs and deployments refer to."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body, Identified, Labels, Record
from prefect.schemas.paging import Page

NAME_PATTERN = r"^[^/%&><]+$"
"""Names must not hold the characters / % & > < because they stand in URLs and entrypoints."""


class Flow(Identified):
    """A flow that has run or has been deployed at least once."""

    name: str = Field(pattern=NAME_PATTERN)
    tags: list[str] = Field(default_factory=list)
    labels: Labels | None = Field(default_factory=dict)


class FlowCreate(Body):
    """Register a flow by its name."""

    name: str = Field(pattern=NAME_PATTERN)
    tags: list[str] = Field(default_factory=list)
    labels: Labels | None = Field(default_factory=dict)


class FlowUpdate(Body):
    """Change a flow; only the fields that are set are changed."""

    tags: list[str] = Field(default_factory=list)


class FlowPaginationResponse(Page):
    """A page of flows."""

    results: list[Flow]


class FlowBulkDeleteResponse(Record):
    """Which flows were deleted."""

    deleted: list[UUID] = Field(default_factory=list[UUID])
