"""Readers: a few connections that only read, lent to whoever asks."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from prefect.store.sqlite_file import connect, explain
from prefect.store.statements import Transaction
from prefect.store.writer import run_transaction

R = TypeVar("R")

KEPT = 4
"""How many idle connections are kept open."""

_inherited: list[sqlite3.Connection] = []
"""Connections that a forked child inherited: kept, so that they are never closed in the child."""


class Readers:
    """Reads from one SQLite file, from any thread; each read sees one moment of the database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def run(self, transaction: Transaction[R]) -> R:
        """Run a transaction that only reads and return its result.

        Raises:
            DatabaseError: There is no database yet, or it cannot be used.
        """
        with self._lent() as connection:
            try:
                connection.execute("BEGIN")
                try:
                    return run_transaction(connection, transaction)
                finally:
                    connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise explain(error, self.path) from error

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def abandon(self) -> None:
        """Forget the connections in a forked child without closing them: they belong to the parent."""
        _inherited.extend(self._idle)
        self._idle = []
        self._lock = threading.Lock()

    @contextmanager
    def _lent(self) -> Generator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = connect(self.path, read_only=True)
        try:
            yield connection
        finally:
            with self._lock:
                if len(self._idle) < KEPT:
                    self._idle.append(connection)
                else:
                    connection.close()
