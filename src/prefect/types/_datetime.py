"""Points in time, under the path that integrations import."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from prefect import _clock

DateTime = datetime
"""A point in time, with its time zone."""


def now(tz: str = "UTC") -> datetime:
    """Return the present time in a time zone, by its name such as "Europe/Paris"."""
    present = _clock.now()
    return present if tz == "UTC" else present.astimezone(ZoneInfo(tz))
