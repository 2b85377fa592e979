"""The embedded backend with PostgreSQL below it, for tests: everything that runs here leaves its records there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from prefect.backend.embedded import EmbeddedBackend
from prefect.backend.recorder import Recorder
from prefect.store.postgres_database import PostgresDatabase
from prefect.store.statements import Transaction


class _Writing:
    """What the embedded backend uses of a writer."""

    def __init__(self, database: PostgresDatabase, source: Recorder) -> None:
        self._database = database
        self._source = source

    def submit(self, transaction: Callable[[], Transaction[Any]]) -> Future[Any]:
        self.flush().result()
        return self._database.write(transaction)

    def notice(self) -> None:
        self.flush().result()

    def flush(self) -> Future[None]:
        behind = self._source.take()
        if behind is None:
            done: Future[None] = Future()
            done.set_result(None)
            return done
        # What was taken can be run once only: alone as a test is, it clashes with nothing.
        return self._database.write(lambda: behind)

    def close(self) -> None:
        self.flush().result()


class _Reading:
    """What the embedded backend uses of readers."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def run(self, transaction: Transaction[Any]) -> Any:
        return self._database.write(lambda: transaction).result()  # a read may have to begin anew; it cannot

    def close(self) -> None:
        pass


class EmbeddedOnPostgres(EmbeddedBackend):
    """An embedded backend that writes to and reads from a PostgreSQL database."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        super().__init__(Path("no-file"))
        self._readers = _Reading(database)

    def _open(self) -> None:
        self._recorder = Recorder(1_000_000)
        self._open_writer = _Writing(self._database, self._recorder)
        self._flows = {}
