"""Makes the runs of deployments ahead of time, as their schedules say.

A slot, a date of a schedule, gets one run, by whichever server and however often it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from prefect.server.services.service import Service, Surveyor
from prefect.store.deployment_scheduling import lacking_runs, schedule_runs
from prefect.store.scheduled_dates import Horizon
from prefect.store.scheduled_deployments import scheduled_deployments, scheduled_deployments_changed
from prefect.store.statements import Transaction

DEPLOYMENTS_AT_ONCE = 10
"""How many deployments are given their runs in one transaction: others want to write too."""


async def schedule_all(surveyor: Surveyor) -> bool:
    """Look at all deployments with schedules."""
    await _schedule(surveyor, scheduled_deployments)
    return False


async def schedule_changed(surveyor: Surveyor) -> bool:
    """Look at the deployments that were changed lately, so that nobody waits long for a new schedule."""
    every = surveyor.settings.server.services.scheduler.recent_deployments_loop_seconds
    # Longer than from one look to the next: the last one may have failed, or been another server's.
    since = surveyor.now - timedelta(seconds=max(60.0, 4 * every))
    await _schedule(surveyor, lambda after, limit: scheduled_deployments_changed(since, after, limit))
    return False


async def _schedule(surveyor: Surveyor, find: Callable[[str, int], Transaction[list[str]]]) -> None:
    size = surveyor.settings.server.services.scheduler.deployment_batch_size
    after = ""
    while True:
        ids = await surveyor.read(lambda after=after: find(after, size))
        horizon = Horizon.of_settings(surveyor.now)
        lacking = await surveyor.read(lambda ids=ids, horizon=horizon: lacking_runs(ids, horizon))
        for start in range(0, len(lacking), DEPLOYMENTS_AT_ONCE):
            some = lacking[start : start + DEPLOYMENTS_AT_ONCE]
            while some:  # dates that have passed are made up for in batches
                some = await surveyor.write(lambda some=some, horizon=horizon: schedule_runs(some, horizon))
        if len(ids) < size:
            return
        after = ids[-1]


SCHEDULER = Service(
    name="scheduler",
    does="Makes the runs of deployments ahead of time, as their schedules say.",
    setting="server.services.scheduler.enabled",
    is_enabled=lambda settings: settings.server.services.scheduler.enabled,
    every=lambda settings: settings.server.services.scheduler.loop_seconds,
    look=schedule_all,
)

RECENT_DEPLOYMENTS = Service(
    name="recent-deployments",
    does="Makes the runs of deployments that were changed lately.",
    setting="server.services.scheduler.enabled",
    is_enabled=lambda settings: settings.server.services.scheduler.enabled,
    every=lambda settings: settings.server.services.scheduler.recent_deployments_loop_seconds,
    look=schedule_changed,
)
