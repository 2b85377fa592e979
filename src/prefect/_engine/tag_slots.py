"""Slots of the limits of tags: a task run holds one for each of its limited tags while it is running.

It waits for them in Pending, and gives them back after each attempt, so that a run that waits to be retried holds none.
Which tags have limits is read at most once in `KNOWN_FOR` seconds; a run without tags costs nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from prefect._dual.effects import Steps, settle
from prefect._elastic_pool import growth_held
from prefect._engine.logs import log
from prefect.concurrency._acquiring import SlotRequest
from prefect.concurrency._holding import SlotHold
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder
from prefect.store.tag_limits import PREFIX, read_concurrency_limits

if TYPE_CHECKING:
    from prefect._engine.task_run import TaskRunEngine
    from prefect.backend.protocol import Backend

KNOWN_FOR = 1.0
"""For how many seconds it is remembered which tags have limits: a new limit is seen after this time at the latest."""

LEASE_DURATION = 60.0
"""After how many seconds the slots of a run are free again when nothing is heard of its machine."""

_PAGE = 200

_known: tuple[Backend, float, frozenset[str]] | None = None


def take_tag_slots(engine: TaskRunEngine[Any]) -> Steps[SlotHold | None]:
    """Wait for slots of the limited tags of a run, and take them. Return None if no tag has a limit.

    Raises:
        ConcurrencySlotAcquisitionError: A limit is 0, so that the run can never start.
    """
    task_run = engine.task_run
    names = yield from _limited(task_run.tags, engine.backend)
    if not names:
        return None
    listed = ", ".join(repr(name.removeprefix(PREFIX)) for name in names)
    hold = SlotHold(
        SlotRequest(
            names,
            lease_duration=LEASE_DURATION,
            holder=ConcurrencyLeaseHolder(type="task_run", id=task_run.id),
            warns=False,  # a limit that was deleted this second
            on_wait=lambda: log(
                engine.scope, logging.INFO, "Waiting for a concurrency slot of the tag(s) %s", listed
            ),
        )
    )
    with growth_held():  # a thread for each run that waits would not make the slots any more
        yield from hold.take()
    return hold


def _limited(tags: Iterable[str], backend: Backend) -> Steps[tuple[str, ...]]:
    global _known
    known = _known
    moment = time.monotonic()
    if known is None or known[0] is not backend or moment - known[1] > KNOWN_FOR:
        known = _known = (backend, moment, (yield from _read(backend)))
    return tuple(PREFIX + tag for tag in sorted(tags) if tag in known[2])


def _read(backend: Backend) -> Steps[frozenset[str]]:
    limited: set[str] = set()
    while True:
        page = yield from settle(backend.perform(read_concurrency_limits, limit=_PAGE, offset=len(limited)))
        limited.update(limit.tag for limit in page)
        if len(page) < _PAGE:
            return frozenset(limited)
