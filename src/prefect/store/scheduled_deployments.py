"""Which deployments have schedules that a scheduler has to look at."""

from __future__ import annotations

from datetime import datetime

from prefect.store.columns import timestamp_text
from prefect.store.statements import Statement, Transaction

_HAS_SCHEDULE = (
    "deployment.paused = 0 AND EXISTS (SELECT 1 FROM deployment_schedule "
    "WHERE deployment_schedule.deployment_id = deployment.id AND deployment_schedule.active = 1)"
)


def scheduled_deployments(after: str, limit: int) -> Transaction[list[str]]:
    """Return the ids of deployments with an active schedule, behind one in the order of their ids."""
    rows = yield Statement(
        f"SELECT deployment.id AS id FROM deployment WHERE deployment.id > ? AND {_HAS_SCHEDULE} "
        "ORDER BY deployment.id LIMIT ?",
        (after, limit),
    )
    return [row["id"] for row in rows]


def scheduled_deployments_changed(since: datetime, after: str, limit: int) -> Transaction[list[str]]:
    """Return those that were changed since a time, behind one in the order of their ids."""
    rows = yield Statement(
        f"SELECT deployment.id AS id FROM deployment WHERE deployment.updated >= ? AND deployment.id > ? "
        f"AND {_HAS_SCHEDULE} ORDER BY deployment.id LIMIT ?",
        (timestamp_text(since), after, limit),
    )
    return [row["id"] for row in rows]
