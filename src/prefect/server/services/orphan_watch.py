"""Ends runs whose process has ended without a word on the machine of the server, where that can be seen at once."""

from __future__ import annotations

from prefect.server.services.claim_watch import CLAIM_WATCH
from prefect.server.services.service import Service, Surveyor
from prefect.store.orphaned_runs import end_orphaned_flow_runs, orphaned_flow_runs

LOOK_SECONDS = 5.0
"""How often, in seconds, to look."""


async def look_for_orphans(surveyor: Surveyor) -> bool:
    """End all runs that a process of this machine executed which is gone."""
    orphans = await surveyor.read(orphaned_flow_runs)
    if orphans:
        await surveyor.write(lambda: end_orphaned_flow_runs(orphans))
    return False


ORPHAN_WATCH = Service(
    name="orphan-watch",
    does="Ends runs whose process was killed on the machine of the server.",
    setting=CLAIM_WATCH.setting,
    is_enabled=CLAIM_WATCH.is_enabled,
    every=lambda _: LOOK_SECONDS,
    look=look_for_orphans,
)
