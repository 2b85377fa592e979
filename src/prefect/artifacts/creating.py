"""Functions that make an artifact in one call and return its id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect.artifacts.base import Artifact, change
from prefect.artifacts.kinds import (
    ImageArtifact,
    LinkArtifact,
    MarkdownArtifact,
    ProgressArtifact,
    TableArtifact,
    within_limits,
)

Table = dict[str, list[Any]] | list[dict[str, Any]] | list[list[Any]]


def _id_of_new(artifact: Artifact) -> Steps[UUID]:
    return (yield from artifact.creation()).id


async def acreate_link_artifact(
    link: str,
    link_text: str | None = None,
    key: str | None = None,
    description: str | None = None,
    client: Any = None,
) -> UUID:
    """Store a link, and return its id. See `create_link_artifact`."""
    new = LinkArtifact(link=link, link_text=link_text, key=key, description=description)
    return await arun(_id_of_new(new))


@async_dispatch(acreate_link_artifact)
def create_link_artifact(
    link: str,
    link_text: str | None = None,
    key: str | None = None,
    description: str | None = None,
    client: Any = None,
) -> UUID:
    """Store a link, and return its id.

    Args:
        link: The address.
        link_text: What is shown instead of the address.
        key: What this is a version of: lowercase letters, digits and dashes.
        description: What it is, in Markdown.
        client: Not used; accepted from callers of other releases.

    Example:
        >>> create_link_artifact("https://example.org/report", link_text="Report", key="report")
    """
    new = LinkArtifact(link=link, link_text=link_text, key=key, description=description)
    return run(_id_of_new(new))


async def acreate_markdown_artifact(
    markdown: str, key: str | None = None, description: str | None = None
) -> UUID:
    """Store a text in Markdown, and return its id. See `create_markdown_artifact`."""
    return await arun(_id_of_new(MarkdownArtifact(markdown=markdown, key=key, description=description)))


@async_dispatch(acreate_markdown_artifact)
def create_markdown_artifact(markdown: str, key: str | None = None, description: str | None = None) -> UUID:
    """Store a text in Markdown, and return its id.

    Args:
        markdown: The text.
        key: What this is a version of: lowercase letters, digits and dashes.
        description: What it is, in Markdown.
    """
    return run(_id_of_new(MarkdownArtifact(markdown=markdown, key=key, description=description)))


async def acreate_table_artifact(
    table: Table, key: str | None = None, description: str | None = None
) -> UUID:
    """Store a table, and return its id. See `create_table_artifact`."""
    return await arun(_id_of_new(TableArtifact(table=table, key=key, description=description)))


@async_dispatch(acreate_table_artifact)
def create_table_artifact(table: Table, key: str | None = None, description: str | None = None) -> UUID:
    """Store a table, and return its id.

    Args:
        table: A list for each column, a dictionary for each row, or a list for each row. Cells are what JSON has.
        key: What this is a version of: lowercase letters, digits and dashes.
        description: What it is, in Markdown.

    Raises:
        TypeError: A cell holds something that JSON has no form for.
    """
    return run(_id_of_new(TableArtifact(table=table, key=key, description=description)))


async def acreate_progress_artifact(
    progress: float, key: str | None = None, description: str | None = None
) -> UUID:
    """Store a progress, and return its id. See `create_progress_artifact`."""
    return await arun(_id_of_new(ProgressArtifact(progress=progress, key=key, description=description)))


@async_dispatch(acreate_progress_artifact)
def create_progress_artifact(progress: float, key: str | None = None, description: str | None = None) -> UUID:
    """Store a progress, and return its id. `update_progress_artifact` changes it.

    Args:
        progress: How far, in per cent.
        key: What this is a version of: lowercase letters, digits and dashes.
        description: What it is, in Markdown.
    """
    return run(_id_of_new(ProgressArtifact(progress=progress, key=key, description=description)))


def _update_progress(artifact_id: UUID, progress: float, description: str | None) -> Steps[UUID]:
    changes: dict[str, Any] = {"description": description} if description else {}
    return (yield from change(artifact_id, data=within_limits(progress), **changes))


async def aupdate_progress_artifact(
    artifact_id: UUID, progress: float, description: str | None = None, client: Any = None
) -> UUID:
    """Change a progress, and return its id. See `update_progress_artifact`."""
    return await arun(_update_progress(artifact_id, progress, description))


@async_dispatch(aupdate_progress_artifact)
def update_progress_artifact(
    artifact_id: UUID, progress: float, description: str | None = None, client: Any = None
) -> UUID:
    """Change a progress, and return its id.

    Args:
        artifact_id: The id that `create_progress_artifact` returned.
        progress: How far, in per cent.
        description: A new description; by default the old one stays.
        client: Not used; accepted from callers of other releases.

    Raises:
        ObjectNotFound: There is no such artifact.
    """
    return run(_update_progress(artifact_id, progress, description))


async def acreate_image_artifact(
    image_url: str, key: str | None = None, description: str | None = None
) -> UUID:
    """Store an image, and return its id. See `create_image_artifact`."""
    return await arun(_id_of_new(ImageArtifact(image_url=image_url, key=key, description=description)))


@async_dispatch(acreate_image_artifact)
def create_image_artifact(image_url: str, key: str | None = None, description: str | None = None) -> UUID:
    """Store an image, and return its id.

    Args:
        image_url: The address of the image, which everybody can reach who is to see it.
        key: What this is a version of: lowercase letters, digits and dashes.
        description: What it is, in Markdown.
    """
    return run(_id_of_new(ImageArtifact(image_url=image_url, key=key, description=description)))
