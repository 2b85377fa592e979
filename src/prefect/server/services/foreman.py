"""Marks workers, pools, queues and deployments that were not heard of in time."""

from __future__ import annotations

from datetime import timedelta

from prefect.server.services.service import Service, Surveyor
from prefect.store.foreman import Silence, find_silent, mark_silent


async def mark_who_is_silent(surveyor: Surveyor) -> bool:
    """Mark all who were not heard of in time."""
    settings = surveyor.settings.server.services.foreman
    silence = Silence(
        settings.inactivity_heartbeat_multiple,
        settings.fallback_heartbeat_interval_seconds,
        timedelta(seconds=settings.deployment_last_polled_timeout_seconds),
        timedelta(seconds=settings.work_queue_last_polled_timeout_seconds),
    )
    moment = surveyor.now
    if await surveyor.read(lambda: find_silent(silence, moment)):
        await surveyor.write(lambda: mark_silent(silence, moment))
    return False


FOREMAN = Service(
    name="foreman",
    does="Marks workers, pools, queues and deployments that were not heard of in time.",
    setting="server.services.foreman.enabled",
    is_enabled=lambda settings: settings.server.services.foreman.enabled,
    every=lambda settings: settings.server.services.foreman.loop_seconds,
    look=mark_who_is_silent,
)
