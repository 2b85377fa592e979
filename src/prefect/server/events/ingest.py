"""Events on their way from connections into the database: together where many come, at once where few do.

One batch is written at a time, so that the events of a run are stored, and its task runs recorded, in the order in
which they came. What has been taken is written even when its connection ends, or the server is asked to end.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from prefect.exceptions import ConstraintViolated, DatabaseError, UnstorableValue
from prefect.schemas.events import Event
from prefect.store.events import create_events
from prefect.store.statements import Transaction

R = TypeVar("R")

_logger = logging.getLogger("prefect.server.events")

EVENTS_AT_ONCE = 500
LONGEST_PAUSE = 5.0
"""How long, in seconds, to wait at most before events are written again to a database that cannot be used."""


class Writes(Protocol):
    """Runs transactions that write."""

    def write(self, make: Callable[[], Transaction[R]]) -> Awaitable[R]:
        """Run a transaction that may write."""
        ...


class Ingest:
    """Takes events and writes them.

    Args:
        writes: What runs the writing.
        most_waiting: How many events may wait; whoever brings more has to wait himself.
    """

    def __init__(self, writes: Writes, most_waiting: int) -> None:
        self._writes = writes
        self._most_waiting = most_waiting
        self._waiting: list[Event] = []
        self._writing: asyncio.Task[None] | None = None
        self._waiting_since: float | None = None
        self._room = asyncio.Event()
        self._room.set()

    async def take(self, event: Event) -> None:
        """Take an event; returns when there is room for it."""
        while not self._room.is_set():
            await self._room.wait()
        self._waiting.append(event)
        if len(self._waiting) >= self._most_waiting:
            self._room.clear()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="prefect-ingest")

    @property
    def waiting(self) -> int:
        """How many events were taken and are not being stored yet."""
        return len(self._waiting)

    @property
    def lag(self) -> float:
        """For how many seconds there have been events that are not stored yet."""
        since = self._waiting_since
        return 0.0 if since is None else time.monotonic() - since

    async def flush(self) -> None:
        """Wait until all that was taken is written."""
        while self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        try:
            while self._waiting:
                self._waiting_since = time.monotonic()
                batch = self._waiting[:EVENTS_AT_ONCE]
                del self._waiting[:EVENTS_AT_ONCE]
                if len(self._waiting) < self._most_waiting:
                    self._room.set()
                await self._write_batch(batch)
        finally:
            self._writing = self._waiting_since = None

    async def _write_batch(self, batch: list[Event]) -> None:
        pause = 0.1
        while True:
            try:
                await self._writes.write(lambda: create_events(batch))
            except (ConstraintViolated, UnstorableValue) as error:
                await self._write_one_by_one(batch, error)
                return
            except DatabaseError as error:
                _logger.warning("%d events wait for the database: %s", len(batch) + len(self._waiting), error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are not lost for it
                await self._write_one_by_one(batch, error)
                return
            else:
                return

    async def _write_one_by_one(self, batch: list[Event], error: Exception) -> None:
        if len(batch) == 1:
            _logger.error("The event %s cannot be stored and is left out.", batch[0].id, exc_info=error)
            return
        for event in batch:
            await self._write_batch([event])
