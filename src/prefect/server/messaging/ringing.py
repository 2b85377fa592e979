"""A database that rings a bell for each transaction that it has committed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from prefect.server.messaging.bells import Bell
from prefect.store.database import Database
from prefect.store.statements import Transaction

R = TypeVar("R")


class RingingDatabase:
    """Implements `prefect.store.database.Database` on another one.

    Args:
        database: The one that runs the transactions.
        bell: What is rung; it is closed with the database.
    """

    def __init__(self, database: Database, bell: Bell) -> None:
        self.database = database
        self.bell = bell

    def write(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """See `Database.write`."""
        future = self.database.write(make)
        future.add_done_callback(self._ring)
        return future

    def read(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """See `Database.read`."""
        return self.database.read(make)

    def close(self) -> None:
        """See `Database.close`."""
        self.bell.close()
        self.database.close()

    def _ring(self, _: Future[R]) -> None:
        self.bell.ring()
