"""Kinds of artifacts: links, Markdown, tables, progress and images."""

from __future__ import annotations

import json
import math
from typing import Any

from prefect.artifacts.base import Artifact
from prefect.logging import get_logger


class LinkArtifact(Artifact):
    """A link. `link_text` is what is shown instead of the address."""

    link: str
    link_text: str | None = None
    type: str | None = "markdown"

    def formatted(self) -> str:
        """Return the link as Markdown."""
        return f"[{self.link_text or self.link}]({self.link})"


class MarkdownArtifact(Artifact):
    """A text in Markdown."""

    markdown: str
    type: str | None = "markdown"

    def formatted(self) -> str:
        """Return the text."""
        return self.markdown


class TableArtifact(Artifact):
    """A table: a list for each column, a dictionary for each row, or a list for each row."""

    table: dict[str, list[Any]] | list[dict[str, Any]] | list[list[Any]]
    type: str | None = "table"

    def formatted(self) -> str:
        """Return the table as JSON; numbers that JSON lacks, such as NaN, are null there."""
        return json.dumps(_finite(self.table))


class ProgressArtifact(Artifact):
    """How far something has come, in per cent."""

    progress: float
    type: str | None = "progress"

    def formatted(self) -> float:
        """Return the progress, from 0 to 100."""
        return within_limits(self.progress)


class ImageArtifact(Artifact):
    """An image at an address that everybody can reach."""

    image_url: str
    type: str | None = "image"

    def formatted(self) -> str:
        """Return the address."""
        return self.image_url


def within_limits(progress: float) -> float:
    """Return a progress from 0 to 100; what is beyond is told in the log."""
    possible = max(0.0, min(100.0, progress))
    if possible != progress:
        logger = get_logger("artifacts")
        logger.warning("ProgressArtifact received an invalid value, Progress: %s%%", progress)
        logger.warning("Interpreting as %s%% progress", possible)
    return possible


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType] - cells of anything
    if isinstance(value, list):
        return [_finite(item) for item in value]  # pyright: ignore[reportUnknownVariableType] - cells of anything
    return value
