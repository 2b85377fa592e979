"""Gives back the slots of concurrency limits whose lease has lapsed."""

from __future__ import annotations

from prefect.server.services.service import Service, Surveyor
from prefect.store.concurrency_slots import forget_lapsed
from prefect.store.due_runs import is_lease_lapsed


async def reap_leases(surveyor: Surveyor) -> bool:
    """End all leases that have lapsed."""
    moment = surveyor.now
    if await surveyor.read(lambda: is_lease_lapsed(moment)):
        await surveyor.write(lambda: forget_lapsed(moment))
    return False


LEASE_REAPER = Service(
    name="lease-reaper",
    does="Gives back the slots of concurrency limits whose lease has lapsed.",
    setting="server.services.repossessor.enabled",
    is_enabled=lambda settings: settings.server.services.repossessor.enabled,
    every=lambda settings: settings.server.services.repossessor.loop_seconds,
    look=reap_leases,
)
