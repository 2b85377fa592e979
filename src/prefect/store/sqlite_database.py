"""A SQLite file behind the database port: one writer, a few readers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from prefect.exceptions import DatabaseError
from prefect.store.checkpoints import PAGES, Checkpoints
from prefect.store.readers import Readers
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import TABLES
from prefect.store.writer import Writer

R = TypeVar("R")

READERS = 2
"""How many threads read. SQLite lets go of the interpreter at each row: with more of them, long lists take up to twice
as much of the processor, and no list is there sooner."""


class SqliteDatabase:
    """Implements `prefect.store.database.Database` on the file at `path`.

    Args:
        path: The file; it and its folder are made when they are missing.

    Raises:
        DatabaseError: The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._closed = False
        self._checkpoints = Checkpoints(path)
        self._writer = Writer(path, committed=self._checkpoints.notice, pages=PAGES)
        self._writer.submit(_add_served_indexes)
        self._readers = Readers(path)
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="prefect-reader")

    def write(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """See `Database.write`."""
        return self._writer.submit(make)

    def read(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """See `Database.read`."""
        if self._closed:
            raise DatabaseError(f"The database {self.path} is closed in this process.")
        return self._reading.submit(self.read_here, make)

    def read_here(self, make: Callable[[], Transaction[R]]) -> R:
        """Run a transaction that only reads in this thread: for what is over sooner than a thread would begin."""
        return self._readers.run(make())

    def close(self) -> None:
        """See `Database.close`."""
        self._closed = True
        self._writer.close()
        self._reading.shutdown()
        self._readers.close()
        self._checkpoints.close()


def _add_served_indexes() -> Transaction[None]:
    """Make the indexes that only servers need, before anything else is written."""
    rows = yield Statement("SELECT name FROM sqlite_master WHERE type = 'index'")
    present = {row["name"] for row in rows}
    for table in TABLES:
        if not table.served_indexes.keys() <= present:
            for sql in table.served_index_statements():
                yield Statement(sql)
