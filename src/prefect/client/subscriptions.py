"""Subscriptions: what a server sends one after the other, each acknowledged when it has been taken."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from typing import Generic, Self, TypeVar

from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from prefect import _clock
from prefect._transport.connection import connection_by_settings
from prefect._transport.greeting import greeted, http_to_ws, say
from prefect._transport.patience import Patience
from prefect.exceptions import ConfigurationError, PrefectException
from prefect.logging.loggers import get_logger

S = TypeVar("S", bound=BaseModel)

REFUSED = frozenset({1008, 4001})
"""Codes of closing with which a server says that it does not want this subscriber."""

_AGAIN = Patience(first=0.2, longest=30.0)


class Subscription(Generic[S]):
    """An asynchronous iterator over what a server sends; a lost connection is made again.

    Args:
        model: The class of what is sent.
        path: The path of the websocket below the root of the API.
        keys: What is subscribed to.
        client_id: What tells this subscriber from others; by default the host and the process.
        base_url: The root of the API; by default that of the settings.

    Example:
        >>> async for task_run in Subscription(TaskRun, "/task_runs/subscriptions/scheduled", ["add-1"]):
        ...     print(task_run.name)
    """

    def __init__(
        self,
        model: type[S],
        path: str,
        keys: Iterable[str],
        client_id: str | None = None,
        base_url: str | None = None,
    ) -> None:
        connection = connection_by_settings()
        url = base_url or (str(connection.url) if connection else None)
        if not url:
            raise ConfigurationError("A subscription needs a server: set PREFECT_API_URL.")
        self.model = model
        self.client_id = client_id or f"{socket.gethostname()}-{os.getpid()}"
        self.keys = list(keys)
        self.subscription_url = http_to_ws(url) + "/" + path.lstrip("/")
        self._token = (connection.auth_string or connection.api_key) if connection else None
        self._websocket: ClientConnection | None = None

    @property
    def websocket(self) -> ClientConnection:
        """The open connection.

        Raises:
            RuntimeError: There is none yet.
        """
        if self._websocket is None:
            raise RuntimeError("The subscription is not connected yet: iterate over it first.")
        return self._websocket

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> S:
        tries = 0
        while True:
            try:
                websocket = await self._connected()
                message = await websocket.recv()
                await say(websocket, {"type": "ack"})
            except (ConnectionClosed, OSError, InvalidStatus, TimeoutError) as error:
                self._websocket = None
                if _is_refused(error):
                    raise PrefectException(
                        f"The server refuses the subscription to {self.subscription_url}: {error}"
                    ) from error
                tries += 1
                get_logger("client").debug("The subscription is connected again: %r", error)
                await _clock.asleep(_AGAIN.delay(tries))
            else:
                return self.model.model_validate_json(message)

    async def _connected(self) -> ClientConnection:
        if self._websocket is None:
            websocket = await greeted(self.subscription_url, self._token)
            await say(websocket, {"type": "subscribe", "keys": self.keys, "client_id": self.client_id})
            self._websocket = websocket
        return self._websocket

    async def close(self) -> None:
        """Close the connection."""
        websocket, self._websocket = self._websocket, None
        if websocket is not None:
            await websocket.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}[{self.model.__name__}]({self.subscription_url})"


def _is_refused(error: Exception) -> bool:
    """Whether trying again would be answered the same."""
    if isinstance(error, InvalidStatus):
        return error.response.status_code in {401, 403, 404}
    return isinstance(error, ConnectionClosed) and error.rcvd is not None and error.rcvd.code in REFUSED
