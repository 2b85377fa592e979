"""Ends runs whose process has fallen silent: the lease of their claim has lapsed.

Nobody can renew a claim while the server is away, stopped or asleep. So before the first look, and after one that comes
very late, each claim holds for one more whole lease. While the server has too much to do, looks are late again and
again: then the time is put off that is missing, so that a process which is gone is noticed in the end.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from weakref import WeakKeyDictionary

from prefect.server.services.service import Service, Surveyor
from prefect.store.lapsed_claims import claims_lapsed, end_lapsed, hold_all_claims, put_off_claims

_logger = logging.getLogger("prefect.server.services")

LOOK_SECONDS = 3.0
"""How often, in seconds, to look for claims that have lapsed."""

LATE_SECONDS = 7.0
"""How long, in seconds, after the last look the next one is late."""

AWAY_SECONDS = 20.0
"""How long, in seconds, after the last look the server counts as having been away."""

RUNS_AT_ONCE = 100


_last_looks: WeakKeyDictionary[Surveyor, tuple[float, datetime]] = WeakKeyDictionary()
"""When each server looked last, by the clock that nobody sets, which stands still in sleep, and by that of the day."""


async def look_for_lapsed_claims(surveyor: Surveyor) -> bool:
    """End the runs of a batch of claims that have lapsed."""
    moment = surveyor.now
    passed = _passed(surveyor, moment)
    if passed is None or passed > AWAY_SECONDS:
        held = await surveyor.write(lambda: hold_all_claims(moment))
        if held:
            _logger.info("%s claim(s) on flow runs hold for another lease: the server was away.", held)
    elif passed > LATE_SECONDS:
        await surveyor.write(lambda: put_off_claims(passed - LOOK_SECONDS))
    lapsed = await surveyor.read(lambda: claims_lapsed(moment, RUNS_AT_ONCE))
    for id_ in lapsed:
        await surveyor.write(lambda id_=id_: end_lapsed(id_, moment))
    _last_looks[surveyor] = time.monotonic(), surveyor.now
    return len(lapsed) == RUNS_AT_ONCE


def _passed(surveyor: Surveyor, moment: datetime) -> float | None:
    """Return how many seconds ago the last look was, None before the first one."""
    if surveyor not in _last_looks:
        return None
    counted, told = _last_looks[surveyor]
    return max(time.monotonic() - counted, (moment - told).total_seconds())


CLAIM_WATCH = Service(
    name="claim-watch",
    does="Ends runs whose process has fallen silent.",
    setting="server.services.repossessor.enabled",
    is_enabled=lambda settings: settings.server.services.repossessor.enabled,
    every=lambda _: LOOK_SECONDS,
    look=look_for_lapsed_claims,
)
