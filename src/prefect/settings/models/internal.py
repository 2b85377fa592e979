"""Settings at `internal`: what concerns this library itself."""

from __future__ import annotations

from prefect.settings.kinds import LogLevel
from prefect.settings.section import Section, setting


class InternalSettings(Section, path="internal"):
    """What concerns this library itself."""

    logging_level: LogLevel = setting(
        "The lowest level at which this library logs about itself.",
        default="ERROR",
        computed=lambda settings: "DEBUG" if settings.debug_mode else "ERROR",
        also="PREFECT_LOGGING_INTERNAL_LEVEL",
    )
