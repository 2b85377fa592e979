"""Connections to PostgreSQL: opened when needed, lent to one transaction at a time, kept while they are used."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass

from prefect.exceptions import DatabaseUnavailable
from prefect.store.postgres_connection import CLOSE_TIMEOUT, Connection, PostgresOptions, connect


@dataclass(slots=True)
class Lent:
    """A connection with the moment from which it is too old."""

    connection: Connection
    old: float


class PostgresPool:
    """Lends connections in one event loop. Who comes first is served first."""

    def __init__(self, options: PostgresOptions) -> None:
        self.options = options
        self._idle: list[Lent] = []
        self._waiting: deque[asyncio.Future[Lent | None]] = deque()
        self._open = 0

    async def take(self) -> Lent:
        """Return a connection; it must be given back, or thrown away.

        Raises:
            DatabaseUnavailable: The database cannot be reached, or no connection became free in time.
        """
        while self._idle:
            lent = self._idle.pop()
            if not lent.connection.is_closed():
                return lent
            self._open -= 1
        if self._open >= self.options.most and (free := await self._free_one()):
            return free
        return await self._connect()

    async def _free_one(self) -> Lent | None:
        """Wait until a connection is given back (it is returned) or thrown away (None: another may be opened)."""
        future: asyncio.Future[Lent | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            return await asyncio.wait_for(future, self.options.wait)
        except TimeoutError:
            options = self.options
            raise DatabaseUnavailable(
                f"{options.place}: all {options.most} connections have been busy for {options.wait:g} seconds. "
                "Ask for less at once, or raise PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE."
            ) from None

    async def _connect(self) -> Lent:
        self._open += 1
        try:
            return Lent(await connect(self.options), time.monotonic() + self.options.recycle)
        except BaseException:
            self._open -= 1
            self._hand_on(None)
            raise

    def give_back(self, lent: Lent) -> None:
        """Take back a connection on which no transaction is open."""
        if lent.connection.is_closed() or time.monotonic() > lent.old:
            self.throw_away(lent)
        elif not self._hand_on(lent):
            if len(self._idle) < self.options.kept:
                self._idle.append(lent)
            else:
                self.throw_away(lent)

    def throw_away(self, lent: Lent) -> None:
        """Close a connection that is broken, too old or one too many."""
        lent.connection.terminate()
        self._open -= 1
        self._hand_on(None)

    def _hand_on(self, lent: Lent | None) -> bool:
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(lent)
                return True
        return False

    async def close(self) -> None:
        """Close the idle connections."""
        idle, self._idle = self._idle, []
        for lent in idle:
            await lent.connection.close(timeout=CLOSE_TIMEOUT)
