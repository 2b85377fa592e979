"""How long the server keeps records of each kind: as somebody has said, or as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from prefect.settings import Settings

KINDS = ("events", "logs", "flow-runs", "artifacts")
"""The kinds of records that are deleted when they are old."""

_GENEROUS = {"logs": timedelta(days=180), "flow-runs": timedelta(days=365), "artifacts": timedelta(days=365)}


class Limit(NamedTuple):
    """How long records are kept; None is for ever. `origin` tells who says so."""

    period: timedelta | None
    origin: str


def retention_limits(settings: Settings, said: Mapping[str, timedelta | None]) -> dict[str, Limit]:
    """Return how long records are kept, by their kind.

    Args:
        settings: The settings of the server.
        said: What was said with `prefect server retention set`.
    """
    return {
        kind: Limit(said[kind], "set") if kind in said else _of_settings(kind, settings) for kind in KINDS
    }


def _of_settings(kind: str, settings: Settings) -> Limit:
    vacuum = settings.server.services.db_vacuum
    wanted = vacuum.enabled_vacuum_types
    if kind == "events":
        period = settings.server.events.retention_period if "events" in wanted else None
        return Limit(period, "PREFECT_SERVER_EVENTS_RETENTION_PERIOD")
    if "flow_runs" in wanted and kind == "flow-runs":
        return Limit(vacuum.retention_period, "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD")
    return Limit(_GENEROUS[kind], "default")
