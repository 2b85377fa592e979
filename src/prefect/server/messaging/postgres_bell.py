"""A bell that is heard by all servers on one PostgreSQL database: LISTEN and NOTIFY, on a connection of its own.

It is rung beside the transactions that write, not in them: PostgreSQL lets only one transaction at a time commit that
notifies. Many rings in a moment are one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future

from prefect._ids import uuid7
from prefect.exceptions import DatabaseError
from prefect.server.messaging.bells import Listener, LocalBell
from prefect.store.postgres_connection import CLOSE_TIMEOUT, Connection, connect
from prefect.store.postgres_database import PostgresDatabase
from prefect.store.postgres_errors import DRIVER_ERRORS

_logger = logging.getLogger("prefect.server.messaging")

CHANNEL = "prefect_written"

PAUSE = 0.02
"""How long, in seconds, between two rings that others hear at least."""

RECONNECT_AFTER = 2.0
"""How long, in seconds, to wait before connecting again when the connection was lost."""


class PostgresBell:
    """Implements `prefect.server.messaging.bells.Bell` on a PostgreSQL database.

    Args:
        database: Where the bell hangs.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._options = database.options
        self._here = LocalBell()
        self._identity = str(uuid7())
        self._is_rung = False
        self._is_closed = False
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._ended = database.run(self._hang)
        self._loop = self._started.result()

    def ring(self) -> None:
        """See `Bell.ring`."""
        self._here.ring()
        if not self._is_rung and not self._is_closed:
            self._is_rung = True
            self._loop.call_soon_threadsafe(self._something.set)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """See `Bell.listen`."""
        return self._here.listen(listener)

    def close(self) -> None:
        """See `Bell.close`."""
        if not self._is_closed:
            self._is_closed = True
            self._loop.call_soon_threadsafe(self._end)
            self._ended.result()
            self._here.close()

    async def _hang(self) -> None:
        """Hear others and let them hear, until the bell is closed."""
        self._something, self._closing = asyncio.Event(), asyncio.Event()
        self._started.set_result(asyncio.get_running_loop())
        while not self._is_closed:
            try:
                connection = await connect(self._options)
            except DatabaseError as error:
                _logger.warning("Other servers are not heard now: %s", error)
                await self._rest()
                continue
            try:
                await self._hear(connection)
            except DRIVER_ERRORS as error:
                _logger.warning("The connection on which other servers are heard was lost: %s", error)
                await self._rest()
            finally:
                await _leave(connection)

    async def _hear(self, connection: Connection) -> None:
        connection.add_termination_listener(self._wake)
        await connection.add_listener(CHANNEL, self._heard)
        self._here.ring()  # for what was written while nobody heard
        while not self._is_closed and not connection.is_closed():
            await self._something.wait()
            self._something.clear()
            if self._is_rung:
                self._is_rung = False  # before it is told, so that what comes later rings again
                await connection.execute(f"NOTIFY {CHANNEL}, '{self._identity}'")
                await asyncio.sleep(PAUSE)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(RECONNECT_AFTER):
                await self._closing.wait()
        except TimeoutError:
            return

    def _heard(self, _connection: object, _process: int, _channel: str, payload: str) -> None:
        if payload != self._identity:
            self._here.ring()

    def _wake(self, _connection: object) -> None:
        self._something.set()

    def _end(self) -> None:
        self._something.set()
        self._closing.set()


async def _leave(connection: Connection) -> None:
    try:
        await connection.close(timeout=CLOSE_TIMEOUT)
    except DRIVER_ERRORS:
        connection.terminate()
