"""A door to the sections that the rooms above name in their types."""

from __future__ import annotations

from prefect.settings.models.logging import LoggingSettings

__all__ = ["LoggingSettings"]
