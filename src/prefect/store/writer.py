"""The writer: the one thread of a process that writes to the SQLite file, several transactions to a commit.

A transaction that somebody waits for is committed at once, together with all that has gathered. What nobody waits for
(`Source`: the recorder's states and logs) is collected at most `GATHER` seconds. Each transaction runs in a savepoint,
so that one which fails takes nothing else with it.
"""

from __future__ import annotations

import functools
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeVar

from prefect._fences import Fence, fenced_off
from prefect.exceptions import DatabaseError, FencedOff
from prefect.store.dialects import sqlite_text
from prefect.store.fences import check_fences
from prefect.store.gathering import gathered_rows
from prefect.store.sqlite_file import concerns_file, connect, explain, explain_refusal, is_busy
from prefect.store.statements import Batch, Gathered, Row, Transaction

R = TypeVar("R")

GATHER = 0.02
"""How long, in seconds, written-behind rows may gather before they are committed."""

ROWS_AT_ONCE = 50
"""How many rows one INSERT takes where there are that many."""

RETRY_DELAY = 0.25
"""How long, in seconds, to wait before writing again after the disk refused."""


_inherited: list[sqlite3.Connection] = []
"""Connections that a forked child inherited: kept, so that they are never closed in the child."""


class Source(Protocol):
    """Something that gathers rows to be written behind."""

    def take(self) -> Transaction[None] | None:
        """Return what has gathered as one transaction, or None; from now on gather anew."""
        ...

    def give_back(self) -> None:
        """Gather what was last taken again: the file could not be written to."""
        ...

    def one_by_one(self) -> Iterable[Transaction[None]]:
        """Return what was last taken as a transaction for each record: something in it cannot be written."""
        ...


class Writer:
    """Writes to one SQLite file from one thread.

    Args:
        path: The file.
        source: What gathers rows to be written behind.
        committed: Is called after each commit, in the writer's thread, with how many rows were changed so far.
        pages: With how many pages in its log SQLite makes a checkpoint within a commit.
        fences: The fences that must be valid, else nothing is written; see `prefect._fences`.

    Raises:
        DatabaseError: On construction, when the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        source: Source | None = None,
        *,
        committed: Callable[[int], None] | None = None,
        pages: int = 1000,
        fences: Callable[[], Iterable[Fence]] = tuple,
    ) -> None:
        self.path = path
        self._source = source
        self._fences = fences
        self._committed = committed
        self._connection = connect(path)
        self._connection.execute(f"PRAGMA wal_autocheckpoint = {int(pages)}")
        self._waiting: list[tuple[Callable[[], Transaction[Any]], Future[Any]]] = []
        self._flushing: list[Future[None]] = []
        self._lock = threading.Lock()
        self._something = threading.Event()
        self._urgent = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._write_until_closed, name="prefect-writer", daemon=True)
        self._thread.start()

    def submit(self, transaction: Callable[[], Transaction[R]]) -> Future[R]:
        """Run a transaction soon; the future is done when it is committed, or holds its exception."""
        future: Future[R] = Future()
        with self._lock:
            if self._closed:
                raise DatabaseError(f"The database {self.path} is closed in this process.")
            self._waiting.append((transaction, future))
        self._urgent.set()
        self._something.set()
        return future

    def notice(self) -> None:
        """Say that the source has something to write."""
        if not self._something.is_set():
            self._something.set()

    def flush(self) -> Future[None]:
        """Write all that has gathered so far; the future is done when it is committed."""
        future: Future[None] = Future()
        with self._lock:
            if self._closed:
                future.set_result(None)
                return future
            self._flushing.append(future)
        self._urgent.set()
        self._something.set()
        return future

    def close(self) -> None:
        """Write what is left and end the thread. Closing twice does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._urgent.set()
        self._something.set()
        self._thread.join()

    def abandon(self) -> None:
        """Forget the connection in a forked child: closing it there would harm the parent's."""
        self._closed = True
        _inherited.append(self._connection)

    def _write_until_closed(self) -> None:
        while True:
            self._something.wait()
            self._urgent.wait(GATHER)
            self._something.clear()
            self._urgent.clear()
            closed = self._closed
            with self._lock:
                waiting, self._waiting = self._waiting, []
                flushing, self._flushing = self._flushing, []
            error = self._write(waiting)
            for future in flushing:
                future.set_exception(error) if error else future.set_result(None)
            if closed:
                self._end(error)
                return
            if error:
                time.sleep(RETRY_DELAY)
                self.notice()

    def _end(self, error: DatabaseError | None) -> None:
        if error:
            print(f"prefect: the last records of this process are lost. {error}", file=sys.stderr)  # noqa: T201 - a log line would come back here
        try:
            # A favour to later readers, for which nobody is kept waiting.
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("PRAGMA optimize")
        except sqlite3.Error:
            pass  # another process is writing: it will do the same when it ends
        finally:
            self._connection.close()

    def _write(
        self, waiting: list[tuple[Callable[[], Transaction[Any]], Future[Any]]]
    ) -> DatabaseError | None:
        """Commit all that waits and all that has gathered. Return why that was not possible, if it was not."""
        behind = self._source.take() if self._source else None
        if not waiting and behind is None:
            return None
        return self._commit(waiting, behind)

    def _commit(
        self,
        waiting: list[tuple[Callable[[], Transaction[Any]], Future[Any]]],
        behind: Transaction[None] | None,
    ) -> DatabaseError | None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            self._begin()
            if fences := tuple(self._fences()):
                run_transaction(self._connection, check_fences(fences))
            if behind is not None and self._attempt(lambda: behind)[1] is not None:
                self._write_one_by_one()
            for transaction, future in waiting:
                outcomes.append((future, *self._attempt(transaction)))
            self._connection.execute("COMMIT")
        except FencedOff as refused:
            self._connection.execute("ROLLBACK")
            for _, future in waiting:
                future.set_exception(refused)
            fenced_off(Fence(refused.flow_run_id, refused.fence))
            return None
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if behind is not None and self._source:
                self._source.give_back()
            explained = explain(error, self.path)
            for _, future in waiting:
                future.set_exception(explained)
            return explained
        for future, result, failure in outcomes:
            future.set_exception(failure) if failure is not None else future.set_result(result)
        if self._committed is not None:
            self._committed(self._connection.total_changes)
        return None

    def _begin(self) -> None:
        """Begin to write. Another process may hold the file for longer than SQLite waits: ask again."""
        for attempt in (1, 2, 3):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or attempt == 3:
                    raise
            else:
                return

    def _write_one_by_one(self) -> None:
        """Write each gathered record on its own, and say which cannot be written; the others are not lost for it."""
        assert self._source is not None  # it gave what failed
        for transaction in self._source.one_by_one():
            _, failure = self._attempt(lambda one=transaction: one)
            if failure is not None:
                print(f"prefect: a record cannot be stored and is left out: {failure!r}", file=sys.stderr)  # noqa: T201 - the log would come back here

    def _attempt(self, transaction: Callable[[], Transaction[Any]]) -> tuple[Any, BaseException | None]:
        """Run a transaction in a savepoint. An error of the file itself is raised, since it concerns everybody."""
        self._connection.execute("SAVEPOINT one")
        try:
            result = run_transaction(self._connection, transaction())
        except Exception as error:  # it belongs to whoever waits for this transaction
            if isinstance(error, sqlite3.Error) and concerns_file(error):
                raise
            self._connection.execute("ROLLBACK TO one")
            self._connection.execute("RELEASE one")
            return None, error
        self._connection.execute("RELEASE one")
        return result, None


def run_transaction(connection: sqlite3.Connection, transaction: Transaction[R]) -> R:
    """Run the statements of a transaction on a connection and return its result. Does not begin or commit."""
    rows: list[Row] = []
    try:
        step = next(transaction)
        while True:
            try:
                if isinstance(step, Batch):
                    _run_batch(connection, step)
                    rows = []
                elif isinstance(step, Gathered):
                    rows = gathered_rows(connection, step)
                else:
                    rows = connection.execute(sqlite_text(step.sql), step.parameters).fetchall()
            except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError) as error:
                raise explain_refusal(error) from error
            step = transaction.send(rows)
    except StopIteration as stop:
        return stop.value


def _run_batch(connection: sqlite3.Connection, batch: Batch) -> None:
    """Run a batch, where possible with many rows to a statement.

    SQLite lets go of the interpreter for each statement; with a row to each, this thread and the one that runs the
    user's code would spend more time on handing it to and fro than on their work.
    """
    done = 0
    if batch.group is not None:
        while len(batch.rows) - done >= ROWS_AT_ONCE:
            some = batch.rows[done : done + ROWS_AT_ONCE]
            connection.execute(_repeated(batch.sql, batch.group), list(chain.from_iterable(some)))
            done += ROWS_AT_ONCE
    connection.executemany(batch.sql, batch.rows[done:])


@functools.lru_cache(maxsize=16)
def _repeated(sql: str, group: str) -> str:
    return sql.replace(group, ", ".join([group] * ROWS_AT_ONCE), 1)
