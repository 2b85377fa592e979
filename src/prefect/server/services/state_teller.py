"""Tells of the states of flow runs that processes of this machine recorded by themselves."""

from __future__ import annotations

from prefect.server.services.retention_limits import retention_limits
from prefect.server.services.service import Service, Surveyor
from prefect.store.retention import read_retention
from prefect.store.untold_states import count_untold, tell_next_states

STATES_AT_ONCE = 200
EVERY = 5.0
"""How often, in seconds, it looks."""


async def tell_untold(surveyor: Surveyor) -> bool:
    """Store the events of a batch of states, unless they are older than events are kept."""
    limits = retention_limits(surveyor.settings, await surveyor.read(read_retention))
    kept_for = limits["events"].period
    moment = surveyor.now
    horizon = moment - kept_for if kept_for is not None else moment.replace(year=2000)
    if not await surveyor.read(lambda: count_untold(horizon)):
        return False
    return await surveyor.write(lambda: tell_next_states(moment, horizon, STATES_AT_ONCE))


STATE_TELLER = Service(
    name="state-teller",
    does="Tells of the flow runs of processes that record their runs by themselves.",
    setting="server.services.event_persister.enabled",
    is_enabled=lambda settings: settings.server.services.event_persister.enabled,
    every=lambda _: EVERY,
    look=tell_untold,
)
