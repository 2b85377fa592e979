"""The port behind which a database is: it runs whole transactions, and answers with futures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from prefect.store.statements import Transaction

R = TypeVar("R")


class Database(Protocol):
    """Runs transactions. All methods may be called from any thread.

    A transaction is given as a callable that makes it, since a database may have to run it again: after a clash with
    another one, or on a new connection.
    """

    def write(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """Run a transaction that may write; the future is done when it is committed, or holds its exception.

        Raises:
            DatabaseError: The database is closed in this process.
        """
        ...

    def read(self, make: Callable[[], Transaction[R]]) -> Future[R]:
        """Run a transaction that only reads, and that sees one moment of the database."""
        ...

    def close(self) -> None:
        """Finish what was asked for and let go of all connections. Closing twice does nothing."""
        ...
