"""Looking for runs that are due, and handing each on at its time; the same for runners and workers.

Runs that are due within `prefetch_seconds` are remembered, so that each begins at its time and not at the next look.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from prefect._clock import now
from prefect.logging.loggers import get_logger
from prefect.runner.asking import OrchestrationAway
from prefect.schemas.flow_runs import FlowRun

LOOK_AHEAD = 50
"""How many runs are asked for at least, so that the next ones are known when a place gets free."""

_AWAY = 2.0
"""How long, in seconds, until the next look when the last one was not answered."""


class Source(Protocol):
    """Where runs come from: deployments that are served, or the queues of a work pool."""

    async def due(self, before: datetime, limit: int) -> Sequence[FlowRun]:
        """Return scheduled runs that are due before a time, the first ones first.

        Raises:
            OrchestrationAway: It is not known.
        """
        ...


class Poller:
    """Looks for runs and hands them on until it is stopped.

    Args:
        source: Where runs come from.
        take: What is done with a run that is due. It says itself when it cannot be done.
        places: How many more runs may be taken now; None for any number.
        query_seconds: How long from one look to the next, unless it is woken.
        prefetch_seconds: How far ahead it looks.
    """

    def __init__(
        self,
        source: Source,
        take: Callable[[FlowRun], Coroutine[Any, Any, None]],
        *,
        places: Callable[[], int | None],
        query_seconds: float,
        prefetch_seconds: float,
    ) -> None:
        self.last_polled: datetime | None = None
        self._source = source
        self._take = take
        self._places = places
        self._query_seconds = query_seconds
        self._prefetch = timedelta(seconds=prefetch_seconds)
        self._waiting: dict[UUID, FlowRun] = {}
        self._taken: dict[UUID, asyncio.Task[None]] = {}
        self._due_again: set[UUID] = set()
        self._bell = asyncio.Event()
        self._look_at = 0.0
        self._stopping = False

    @property
    def in_hand(self) -> int:
        """How many runs were handed on and are not done with."""
        return len(self._taken)

    def wake(self) -> None:
        """Look now: something is new."""
        self._look_at = 0.0
        self._bell.set()

    def make_room(self) -> None:
        """A place is free: what was found may be taken."""
        self._bell.set()

    def stop(self) -> None:
        """Take no more runs; `run` returns, and those that were handed on go on."""
        self._stopping = True
        self._bell.set()

    async def run(self) -> None:
        """Look and hand on until it is stopped."""
        while not self._stopping:
            self._bell.clear()
            if time.monotonic() >= self._look_at:
                await self.look()
            self.hand_on()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), self._pause())

    async def run_once(self) -> None:
        """Look once, take what is due within the time looked ahead, and return when all of it has ended."""
        await self.look()
        while (self._waiting or self._taken) and not self._stopping:
            self._bell.clear()
            self.hand_on()
            if self._waiting or self._taken:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), self._until_due())

    async def until_done(self) -> None:
        """Return when all runs that were handed on are done with."""
        while self._taken:
            await asyncio.wait(self._taken.values())

    async def look(self) -> None:
        """Look for runs."""
        places = self._places()
        limit = LOOK_AHEAD if places is None else max(LOOK_AHEAD, places)
        self._look_at = math.inf  # a `wake` from here on is about what this look may not see, and stays
        try:
            found = await self._source.due(now() + self._prefetch, limit)
        except OrchestrationAway:
            # Who asks says so. What was found before may be claimed as soon as somebody answers again.
            self._look_within(min(_AWAY, self._query_seconds))
            return
        self.last_polled = now()
        # A full answer may not be all: look again when these are taken.
        self._look_within(self._query_seconds if len(found) < limit else _AWAY)
        self._waiting = {run.id: run for run in found if run.id not in self._taken}
        self._due_again = {run.id for run in found if run.id in self._taken}

    def hand_on(self) -> None:
        """Hand on the runs that are due, as many as there are places."""
        moment = now()
        for run in sorted(self._waiting.values(), key=_due):
            places = self._places()
            if self._stopping or _due(run) > moment or (places is not None and places <= 0):
                return
            del self._waiting[run.id]
            task = asyncio.ensure_future(self._take(run))
            self._taken[run.id] = task
            task.add_done_callback(lambda task, id_=run.id: self._done(id_, task))

    def _done(self, flow_run_id: UUID, task: asyncio.Task[None]) -> None:
        del self._taken[flow_run_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            get_logger("runner").error("Flow run %s could not be executed.", flow_run_id, exc_info=error)
        if flow_run_id in self._due_again:  # it was found while the one before was still reported: a retry
            self._look_at = 0.0
        self.make_room()

    def _look_within(self, seconds: float) -> None:
        self._look_at = min(self._look_at, time.monotonic() + seconds)

    def _pause(self) -> float:
        return max(0.0, min(self._look_at - time.monotonic(), self._until_due()))

    def _until_due(self) -> float:
        """Return how long, in seconds, until the next run is due that there is a place for."""
        places = self._places()
        if not self._waiting or (places is not None and places <= 0):
            return self._query_seconds
        first = min(_due(run) for run in self._waiting.values())
        return max(0.0, (first - now()).total_seconds())


def _due(run: FlowRun) -> datetime:
    due = run.next_scheduled_start_time
    if due is None and run.state is not None:
        due = run.state.state_details.scheduled_time
    return due or run.created or now()
