"""Tails: what is written to a table is read once in a process, however many follow it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

from prefect.exceptions import DatabaseError, PrefectException
from prefect.server.messaging.bells import Bell
from prefect.server.messaging.listening import Listening
from prefect.store.statements import Row, Transaction
from prefect.store.tables.table import Table
from prefect.store.tails import Place, read_behind, read_end

T = TypeVar("T")
R = TypeVar("R")

_logger = logging.getLogger("prefect.server.messaging")

LOOK_EVERY = 1.0
"""How long, in seconds, to wait for a ring before looking all the same: other processes may write to the file."""

SHORTEST_PAUSE = 0.02
"""How long, in seconds, between two looks at least: what is written in between is read together."""

ROWS_AT_ONCE = 500
MOST_WAITING = 10_000
"""How many of what was read may wait for one who follows too slowly, before he is let go."""


class FollowsTooSlowly(PrefectException):
    """More was written than this follower took; he begins anew."""


class Reads(Protocol):
    """Runs transactions that read."""

    def read(self, make: Callable[[], Transaction[R]]) -> Awaitable[R]:
        """Run a transaction that only reads."""
        ...


class Follower(Generic[T]):
    """Has what was written, from the moment at which it began to follow."""

    def __init__(self, is_meant: Callable[[T], bool]) -> None:
        self._is_meant = is_meant
        self._waiting: deque[T] = deque()
        self._something = asyncio.Event()
        self._is_lost = False

    def offer(self, items: list[T]) -> None:
        """Hand over what was written; what is not meant is left out."""
        if self._is_lost:
            return
        self._waiting.extend(item for item in items if self._is_meant(item))
        if len(self._waiting) > MOST_WAITING:
            self._is_lost = True
            self._waiting.clear()
        if self._waiting or self._is_lost:
            self._something.set()

    async def next(self) -> list[T]:
        """Wait for what is new, and return it.

        Raises:
            FollowsTooSlowly: Too much has gathered, and was forgotten.
        """
        await self._something.wait()
        self._something.clear()
        if self._is_lost:
            raise FollowsTooSlowly(f"More than {MOST_WAITING} records have gathered that were not taken.")
        taken = list(self._waiting)
        self._waiting.clear()
        return taken


class Tail(Generic[T]):
    """Reads a table in the order in which it is written, while somebody follows.

    Args:
        table: The table; one that is `ordered`.
        time: The column that tells the order of rows which one transaction has written.
        reads: What runs the reading.
        bell: What tells that something was written.
        decode: Makes of a row what followers are given.
    """

    def __init__(self, table: Table, time: str, reads: Reads, bell: Bell, decode: Callable[[Row], T]) -> None:
        self._table = table
        self._time = time
        self._reads = reads
        self._bell = bell
        self._decode = decode
        self._followers: list[Follower[T]] = []
        self._place: Place | None = None
        self._reading: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()

    @asynccontextmanager
    async def follow(self, is_meant: Callable[[T], bool]) -> AsyncGenerator[Follower[T]]:
        """Follow what is written from now on.

        Args:
            is_meant: Whether something is wanted.

        Raises:
            DatabaseError: The table cannot be read.
        """
        follower = Follower(is_meant)
        async with self._beginning:
            if self._place is None:
                self._place = await self._reads.read(lambda: read_end(self._table, self._time))
            self._followers.append(follower)
            if self._reading is None:
                self._reading = asyncio.create_task(self._read_on(), name=f"prefect-tail-{self._table.name}")
        try:
            yield follower
        finally:
            if follower in self._followers:
                self._followers.remove(follower)
            await self._end()

    @property
    def followers(self) -> int:
        """How many follow."""
        return len(self._followers)

    async def close(self) -> None:
        """Read no more, whoever follows."""
        self._followers.clear()
        await self._end()

    async def _end(self) -> None:
        """End the reading if nobody follows any more."""
        async with self._beginning:
            if self._followers or self._reading is None:
                return
            reading, self._reading, self._place = self._reading, None, None
            reading.cancel()
            await asyncio.wait([reading])

    async def _read_on(self) -> None:
        with Listening(self._bell) as listening:
            while True:
                begun = time.monotonic()
                listening.forget()
                try:
                    full = await self._read_more()
                except DatabaseError as error:
                    _logger.warning("What is new in %s cannot be read now: %s", self._table.name, error)
                    full = False
                if not full:
                    await listening.wait(LOOK_EVERY)
                    await asyncio.sleep(max(0.0, SHORTEST_PAUSE - (time.monotonic() - begun)))

    async def _read_more(self) -> bool:
        """Hand on what is new. Return whether there is more."""
        place = self._place
        assert place is not None  # set before the reading begins
        self._place, rows = await self._reads.read(
            lambda: read_behind(self._table, self._time, place, ROWS_AT_ONCE)
        )
        if rows:
            items = [self._decode(row) for row in rows]
            for follower in self._followers:
                follower.offer(items)
        return len(rows) == ROWS_AT_ONCE
