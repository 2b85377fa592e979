"""Deletes records that are older than they are to be kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from prefect.server.services.retention_limits import retention_limits
from prefect.server.services.service import Service, Surveyor
from prefect.store.retention import (
    delete_old_artifacts,
    delete_old_events,
    delete_old_logs,
    delete_old_runs,
    read_retention,
)
from prefect.store.statements import Transaction

PAUSE = 0.02
"""How long, in seconds, others may write between two batches at least."""

_DELETE: dict[str, Callable[[datetime, int], Transaction[int]]] = {
    "logs": delete_old_logs,
    "flow-runs": delete_old_runs,
    "artifacts": delete_old_artifacts,
}


async def delete_old_records(surveyor: Surveyor) -> bool:
    """Delete a batch of each kind of records that are too old."""
    size = surveyor.settings.server.services.db_vacuum.batch_size
    moment = surveyor.now
    limits = retention_limits(surveyor.settings, await surveyor.read(read_retention))
    more = False
    for kind, limit in limits.items():
        if limit.period is None:
            continue
        before = moment - limit.period
        if kind == "events":
            others = {
                name: moment - period
                for name, period in surveyor.settings.server.services.db_vacuum.event_retention_overrides.items()
                if period != limit.period
            }
            deleted = await surveyor.write(
                lambda before=before, others=others: delete_old_events(before, others, size)
            )
        else:
            delete = _DELETE[kind]
            deleted = await surveyor.write(lambda before=before, delete=delete: delete(before, size))
        more = more or deleted >= size
    if more:
        await asyncio.sleep(PAUSE)
    return more


RETENTION = Service(
    name="retention",
    does="Deletes records that are older than they are to be kept.",
    setting="server.services.db_vacuum.enabled",
    is_enabled=lambda settings: settings.server.services.db_vacuum.enabled is not None,
    every=lambda settings: settings.server.services.db_vacuum.loop_seconds,
    look=delete_old_records,
)
