"""A PostgreSQL database behind the database port: transactions as coroutines, in one thread with an event loop.

A transaction that writes is serialisable: it means the same as if it had the database to itself, as on SQLite. Where it
clashes with another one PostgreSQL undoes it, and it is run again. Where its rows guard it (`isolation`), it watches
these only. One that reads sees one moment; if it needs only one
statement, it takes only one message to the database and one back.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Any, NoReturn, TypeVar

from prefect.exceptions import CommitUnknown, DatabaseError, DatabaseUnavailable
from prefect.store.isolation import is_guarded_by_rows
from prefect.store.postgres_connection import CLOSE_TIMEOUT, Connection, PostgresOptions, connect
from prefect.store.postgres_errors import DRIVER_ERRORS, explain, is_clash, is_lost, is_replica, is_taken_key
from prefect.store.postgres_pool import Lent, PostgresPool
from prefect.store.postgres_schema import build_indexes, prepare, what_is_missing
from prefect.store.postgres_steps import Begun, DriverError, Kind, outermost_code, said
from prefect.store.statements import Transaction

R = TypeVar("R")

_logger = logging.getLogger("prefect.store")

CLASHING = 20.0
"""How long, in seconds, a transaction that clashes with others is run again and again."""

STARVING = 3
"""After how many clashes of a transaction new ones of its kind queue up behind it."""

TAKEN_KEYS = 3
"""How often a transaction that found a key taken is run, before it is believed."""

RECONNECTING = 5.0
"""How long, in seconds, to look for a database whose connection was lost, before somebody is told."""

_LONGEST_PAUSE = 0.25
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
_WRITE_ROWS = "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresDatabase:
    """Implements `prefect.store.database.Database` on a PostgreSQL database.

    Args:
        options: Which one, and how many connections to have.
        migrate: Whether the tables of an older release may be brought up to date.

    Raises:
        DatabaseError: The database cannot be reached, is not ours, or is older and must not be changed.
    """

    def __init__(self, options: PostgresOptions, *, migrate: bool = True) -> None:
        self.options = options
        self._loop = asyncio.new_event_loop()
        self._pool = PostgresPool(options)
        self._running: set[asyncio.Task[None]] = set()
        self._beside: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._several: set[Kind] = set()
        self._turns: defaultdict[CodeType, _Turns] = defaultdict(_Turns)
        self._thread = threading.Thread(target=self._loop.run_forever, name="prefect-postgres", daemon=True)
        self._thread.start()
        try:
            self.run(lambda: self._prepare(migrate=migrate)).result()
        except BaseException:
            self.close()
            raise

    def write(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """See `Database.write`."""
        return self.run(lambda: self._write(make))

    def read(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """See `Database.read`."""
        return self.run(lambda: self._read(make))

    def run(self, make: Callable[[], Coroutine[Any, Any, R]]) -> Future[R]:
        """Run a coroutine in the thread of the connections.

        Raises:
            DatabaseError: The database is closed in this process.
        """
        future: Future[R] = Future()
        with self._lock:
            if self._closed:
                raise DatabaseError(f"{self.options.place} is closed in this process.")
            self._loop.call_soon_threadsafe(self._start, make, future)
        return future

    def close(self) -> None:
        """See `Database.close`."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _finish(self) -> None:
        while self._running:
            await asyncio.wait(self._running)
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        await self._pool.close()

    async def _prepare(self, *, migrate: bool) -> None:
        """Make or check the tables. Indexes that are missing are built beside the work."""
        patient = replace(self.options, statement_timeout=self.options.migration_timeout)
        connection = await connect(patient)
        try:
            await prepare(connection, self.options.place, migrate=migrate)
            missing = await what_is_missing(connection) if migrate else None
        except DRIVER_ERRORS as error:
            raise explain(error, self.options.place) from error
        finally:
            await connection.close(timeout=CLOSE_TIMEOUT)
        if missing and missing.indexes:
            self._run_beside(self._build_indexes(patient))

    async def _build_indexes(self, patient: PostgresOptions) -> None:
        try:
            connection = await connect(patient)
            try:
                await build_indexes(connection)
            finally:
                connection.terminate()
        except (DatabaseError, *DRIVER_ERRORS) as error:
            _logger.warning("Indexes are still missing in %s: %s", self.options.place, error)

    def _run_beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run what goes on beside transactions, and is given up when the database is closed."""
        task = self._loop.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def _start(self, make: Callable[[], Coroutine[Any, Any, R]], future: Future[R]) -> None:
        async def settle() -> None:
            try:
                result = await make()
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
                future.set_exception(error)
            else:
                future.set_result(result)

        task = self._loop.create_task(settle())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _write(self, make: Callable[[], Transaction[R]]) -> R:
        """Run a transaction until it is committed, or fails for a reason of its own.

        Transactions of one kind that clashed run again one after the other, in the order in which they came. If one
        clashes again and again, because new ones are quicker, these queue up behind it.
        """
        tries = _Tries()
        transaction = make()
        turns = self._turns[outermost_code(transaction)]
        if not turns.starving:
            with suppress(_RunAgain):
                return await self._write_once(transaction, tries)
        async with turns.lock:
            while True:
                turns.starving = tries.made >= STARVING
                with suppress(_RunAgain):
                    return await self._write_once(make(), tries)
                await asyncio.sleep(random.uniform(0, min(0.002 * 2 ** min(tries.made, 10), _LONGEST_PAUSE)))

    async def _write_once(self, transaction: Transaction[R], tries: _Tries) -> R:
        lent = await self._take(tries.began)
        begin = _WRITE_ROWS if is_guarded_by_rows(outermost_code(transaction)) else _WRITE
        committing = False
        try:
            await said(lent.connection.execute(begin))
            result = await Begun(transaction).go_on(lent.connection)
            committing = True
            await said(lent.connection.execute("COMMIT"))
        except DriverError as failed:
            error = failed.error
            await self._undo(lent, lost=is_lost(error) or is_replica(error))
            if committing and is_lost(error):
                raise CommitUnknown(
                    f"{self.options.place} was lost while a transaction was being committed: what was asked for "
                    "may be stored, or not. Look, or ask for the same again."
                ) from error
            if not tries.may_go_on(error):
                self._tell(error)
            raise _RunAgain from None
        except BaseException:
            await self._undo(lent)
            raise
        self._pool.give_back(lent)
        return result

    async def _read(self, make: Callable[[], Transaction[R]]) -> R:
        """Run a transaction that reads, again if its connection is lost."""
        tries = _Tries()
        while True:
            lent = await self._take(tries.began)
            try:
                result = await self._read_on(lent.connection, make)
            except DriverError as failed:
                error = failed.error
                await self._undo(lent, lost=is_lost(error))
                if is_replica(error):
                    raise error from None  # an operation that said it would only read
                if not tries.may_go_on(error):
                    self._tell(error)
            except BaseException:
                await self._undo(lent)
                raise
            else:
                self._pool.give_back(lent)
                return result
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE))

    async def _read_on(self, connection: Connection, make: Callable[[], Transaction[R]]) -> R:
        """Run a transaction in the hope that it has only one statement; if it has more, begin anew and remember it."""
        begun = Begun(make())
        if begun.kind not in self._several:
            await begun.one_statement(connection)
            if begun.is_done:
                return begun.result
            self._several.add(begun.kind)
            begun = Begun(make())
        await said(connection.execute(_READ))
        result = await begun.go_on(connection)
        await said(connection.execute("COMMIT"))
        return result

    def _tell(self, error: Exception) -> NoReturn:
        """Raise what says what to do about an error."""
        explained = explain(error, self.options.place)
        if explained is error:
            raise error
        raise explained from error

    async def _take(self, started: float) -> Lent:
        """Take a connection; look for the database for a while if it cannot be reached."""
        while True:
            try:
                return await self._pool.take()
            except DatabaseUnavailable:
                if time.monotonic() - started > RECONNECTING:
                    raise
                await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE))

    async def _undo(self, lent: Lent, *, lost: bool = False) -> None:
        """End the transaction that is open on a connection, or throw the connection away."""
        if lost:
            self._pool.throw_away(lent)
            return
        try:
            if lent.connection.is_in_transaction():
                await lent.connection.execute("ROLLBACK")
        except DRIVER_ERRORS:
            self._pool.throw_away(lent)
        else:
            self._pool.give_back(lent)


class _RunAgain(Exception):
    """A transaction was undone through no fault of its own."""


@dataclass
class _Turns:
    """Whose turn it is to run again, of transactions of one kind."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    starving: bool = False


@dataclass
class _Tries:
    """How often a transaction was run, since when, and how often a key was taken."""

    began: float = field(default_factory=time.monotonic)
    made: int = 0
    taken: int = 0

    def may_go_on(self, error: BaseException) -> bool:
        """Whether to run the transaction again after this error."""
        self.made += 1
        self.taken += is_taken_key(error)
        passed = time.monotonic() - self.began
        if is_clash(error):
            return passed < CLASHING and self.taken < TAKEN_KEYS
        return (is_lost(error) or is_replica(error)) and passed < RECONNECTING
