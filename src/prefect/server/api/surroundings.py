"""What routes may use: the settings, the database, and the way into the event loop."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from prefect.server.api.arrivals import Arrivals
from prefect.server.api.forgery import ForgeryTokens
from prefect.server.messaging.bells import Bell
from prefect.server.messaging.opening import with_bell
from prefect.server.messaging.ringing import RingingDatabase
from prefect.server.opening import open_configured_database
from prefect.settings import Settings
from prefect.store.configuration import forgery_key
from prefect.store.database import Database
from prefect.store.statements import Transaction

R = TypeVar("R")


class Surroundings:
    """What the routes of one application share. The database is opened when it is first used.

    Args:
        settings: The settings that hold for the server.
        open_database: What opens the database; by default the one that the settings name.

    Attributes:
        settings: The settings.
        most_records: How many records a list has at most.
    """

    def __init__(self, settings: Settings, open_database: Callable[[], Database] | None = None) -> None:
        self.settings = settings
        self._open_database = open_database or functools.partial(open_configured_database, settings)
        self._database: RingingDatabase | None = None
        self._opening = threading.Lock()
        self._arrivals: Arrivals | None = None
        self._forgery_tokens: ForgeryTokens | None = None
        self._watch = _watcher() if settings.server.metrics_enabled else None
        self.most_records = settings.server.api.default_limit

    @property
    def database(self) -> RingingDatabase:
        """The database; the first use waits until it is open.

        Raises:
            DatabaseError: It cannot be opened.
        """
        database = self._database
        if database is None:
            with self._opening:
                database = self._database
                if database is None:
                    database = self._database = with_bell(self._open_database())
        return database

    @property
    def bell(self) -> Bell:
        """What rings when something was written.

        Raises:
            DatabaseError: The database cannot be opened.
        """
        return self.database.bell

    async def forgery_tokens(self) -> ForgeryTokens:
        """Return what makes and knows the tokens against forgery."""
        if self._forgery_tokens is None:
            key = await self.write(forgery_key)
            self._forgery_tokens = ForgeryTokens(key, self.settings.server.api.csrf_token_expiration)
        return self._forgery_tokens

    def read(self, make: Callable[[], Transaction[R]]) -> Awaitable[R]:
        """Run a transaction that only reads."""
        return self._awaited("read", self.database.read(make))

    def write(self, make: Callable[[], Transaction[R]]) -> Awaitable[R]:
        """Run a transaction that may write; what is awaited is there when it is committed."""
        return self._awaited("write", self.database.write(make))

    def close(self) -> None:
        """Commit what was asked for and close the database. The next use opens it anew."""
        with self._opening:
            database, self._database = self._database, None
        if database is not None:
            database.close()

    def _awaited(self, kind: str, future: Future[R]) -> Awaitable[R]:
        if self._watch is not None:
            self._watch(kind, future)
        return self._arrivals_here().wait_for(future)

    def _arrivals_here(self) -> Arrivals:
        loop = asyncio.get_running_loop()
        arrivals = self._arrivals
        if arrivals is None or arrivals.loop is not loop:
            # An application in a test or a client may be used from one loop after the other.
            arrivals = self._arrivals = Arrivals(loop)
        return arrivals


def _watcher() -> Callable[[str, Future[Any]], None]:
    from prefect.server.metrics import (
        watch_transaction,  # loads the library of Prometheus: only where it is asked for
    )

    return watch_transaction
