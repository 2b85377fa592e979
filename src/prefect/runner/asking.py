"""Asking the store from an event loop: a server with little patience, so that who asks goes on while it is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import httpx2

from prefect._dual.drivers import run
from prefect._http_errors import PrefectHTTPStatusError
from prefect._transport.absence import Absence
from prefect._transport.connection import connection_by_settings
from prefect._transport.patience import Patience
from prefect.backend import get_backend
from prefect.backend.callers import Callers
from prefect.backend.remote_reader import RemoteReader
from prefect.exceptions import DatabaseError, PrefectException
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")

TIMEOUT = 10.0
"""How long, in seconds, one request may take."""

AGAIN_AT_MOST = 5.0
"""How many seconds lie at most between two tries of something that has to be told."""

_QUICK = Patience(retries=1, jitter=0.2, first=0.2, insists=True)


class OrchestrationAway(PrefectException):
    """The server, or the database, does not answer now. What was asked may be asked again later."""


class Asker:
    """Asks the server that the settings name, or else the database of this process.

    Args:
        meanwhile: What becomes of the runs while a server is away, as a sentence; it is logged once a minute.
    """

    def __init__(self, meanwhile: str) -> None:
        connection = connection_by_settings()
        self._callers = Callers()
        self._insists_until = float("inf")
        self._reader: RemoteReader | None = None
        if connection is not None:
            self._absence = Absence(str(connection.url), meanwhile)
            self._reader = RemoteReader(connection, connection.open(_QUICK, TIMEOUT, self._absence))

    @property
    def has_server(self) -> bool:
        """Whether there is a server."""
        return self._reader is not None

    async def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Have an operation performed.

        Raises:
            OrchestrationAway: Nobody has performed it, or it is not known whether somebody has.
            PrefectException: As the operation does.
        """
        reader = self._reader
        if reader is None:
            answer = get_backend().perform(operation, *args, **kwargs)
        else:
            answer = self._callers.call(lambda: run(reader.asked(operation, *args, **kwargs)))
        try:
            return await asyncio.wrap_future(answer)
        except (httpx2.TransportError, PrefectHTTPStatusError) as error:
            raise OrchestrationAway(str(error)) from error
        except DatabaseError as error:
            raise OrchestrationAway(f"The database cannot be used: {error}") from error

    async def insist(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Have an operation performed, however long it takes until somebody is there to do it.

        Raises:
            OrchestrationAway: Nobody was, and there is no time left; see `hurry`.
            PrefectException: As the operation does.
        """
        pause = 0.2
        while True:
            try:
                return await self.ask(operation, *args, **kwargs)
            except OrchestrationAway:
                if time.monotonic() >= self._insists_until:
                    raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, AGAIN_AT_MOST)

    def hurry(self, seconds: float) -> None:
        """Insist for so many seconds more, and not for ever: this process is about to end."""
        self._insists_until = time.monotonic() + seconds

    def close(self) -> None:
        """Let go of the connections."""
        if self._reader is not None:
            self._reader.close()
