"""Following log lines as a server records them: a connection that is made anew when it breaks.

A line that comes twice, before and after a break, is given once. Lines that are recorded while there is no connection
are missed; `PrefectClient.read_logs` has them.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import orjson
from prometheus_client import Counter
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK, WebSocketException

from prefect._transport.greeting import greeted, say
from prefect.exceptions import ConfigurationError
from prefect.schemas.log_filters import LogFilter
from prefect.schemas.logs import Log
from prefect.settings import get_current_settings

SEEN_LOGS_SIZE = 500_000
"""How many lines are remembered, so that each is given once."""
SEEN_LOGS_TTL = 120
"""For how many seconds they are remembered."""

LOGS_OBSERVED = Counter("prefect_logs_observed", "How many log lines subscribers were given.", ["client"])
LOG_WEBSOCKET_CONNECTIONS = Counter(
    "prefect_log_websocket_connections",
    "How often subscribers of log lines connected, for the first time (initial) or again (reconnect).",
    ["client", "direction", "connection"],
)

_PAUSE = 1.0
"""How many seconds to wait before connecting again, from the second time on."""


def http_to_ws(url: str) -> str:
    """Return the address of websockets that belongs to one of HTTP."""
    for plain, socket in (("https://", "wss://"), ("http://", "ws://")):
        if url.startswith(plain):
            url = socket + url.removeprefix(plain)
    return url.rstrip("/")


def logs_out_socket_from_api_url(url: str) -> str:
    """Return where a server gives log lines, by the address of its API."""
    return http_to_ws(url) + "/logs/out"


class PrefectLogsSubscriber:
    """Gives log lines as a server records them.

    Args:
        api_url: The API of the server; by default as set.
        filter: Which lines are meant; by default all.
        reconnection_attempts: How often to connect again, in a row, after the connection broke.
        reconnect_on_clean_close: Connect again when the server ends the connection in good order, too; otherwise that
            is the end of the lines.

    Raises:
        ConfigurationError: No server is set.

    Example:
        >>> async with PrefectLogsSubscriber(filter=LogFilter()) as lines:
        ...     async for line in lines:
        ...         print(line.message)
    """

    def __init__(
        self,
        api_url: str | None = None,
        filter: LogFilter | None = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        settings = get_current_settings().api
        auth = settings.auth_string
        self._token: str | None = auth.get_secret_value() if auth else None
        api_url = api_url or settings.url
        if not api_url:
            raise ConfigurationError(
                "Log lines are followed on a server, and none is set. Set PREFECT_API_URL, or use "
                "`prefect flow-run logs` for what is recorded."
            )
        self._url = logs_out_socket_from_api_url(api_url)
        self._filter = filter or LogFilter()
        self._attempts = reconnection_attempts
        self._goes_on = reconnect_on_clean_close
        self._connection: ClientConnection | None = None
        self._seen: OrderedDict[UUID, float] = OrderedDict()

    @property
    def client_name(self) -> str:
        """What this subscriber is called in metrics."""
        return type(self).__name__

    async def __aenter__(self) -> Self:
        await self._connect("initial")
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    def __aiter__(self) -> AsyncGenerator[Log]:
        return self._lines()

    async def _connect(self, kind: str) -> None:
        try:
            connection = await greeted(self._url, self._token)
            await say(connection, {"type": "filter", "filter": self._filter.model_dump(mode="json")})
        except ConnectionClosed as error:
            raise ConfigurationError(
                f"{self._url} ended the connection at its beginning: {error}. "
                "Are PREFECT_API_KEY or PREFECT_API_AUTH_STRING those of the server?"
            ) from error
        LOG_WEBSOCKET_CONNECTIONS.labels(self.client_name, "out", kind).inc()
        self._connection = connection

    async def _lines(self) -> AsyncGenerator[Log]:
        failed = 0
        while True:
            try:
                if self._connection is None:
                    await self._connect("reconnect")
                assert self._connection is not None  # it has just been made
                while True:
                    message: Any = orjson.loads(await self._connection.recv())
                    failed = 0
                    line = Log.model_validate(message["log"])
                    if self._is_new(line.id):
                        LOGS_OBSERVED.labels(self.client_name).inc()
                        yield line
            except (OSError, WebSocketException) as error:
                self._connection = None
                if isinstance(error, ConnectionClosedOK) and not self._goes_on:
                    return
                failed += 1
                if failed > self._attempts:
                    raise
                if failed > 1:
                    await asyncio.sleep(_PAUSE)

    def _is_new(self, line: UUID) -> bool:
        moment = time.monotonic()
        while self._seen and (
            len(self._seen) >= SEEN_LOGS_SIZE or next(iter(self._seen.values())) < moment - SEEN_LOGS_TTL
        ):
            self._seen.popitem(last=False)
        if line in self._seen:
            return False
        self._seen[line] = moment
        return True


class PrefectCloudLogsSubscriber(PrefectLogsSubscriber):
    """Gives log lines as the hosted service records them; see `PrefectLogsSubscriber`.

    Args:
        api_url: The address of the workspace; by default as set.
        api_key: The key; by default as set.
        filter: Which lines are meant.
        reconnection_attempts: How often to connect again.
        reconnect_on_clean_close: Connect again after an end in good order, too.

    Raises:
        ValueError: The address or the key is missing.
    """

    def __init__(
        self,
        api_url: str | None = None,
        api_key: str | None = None,
        filter: LogFilter | None = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        settings = get_current_settings().api
        api_url = api_url or settings.url
        key = api_key or (settings.key.get_secret_value() if settings.key else None)
        if not api_url or not key:
            raise ValueError(
                "The hosted service needs an address and a key: give api_url and api_key, or set PREFECT_API_URL and "
                "PREFECT_API_KEY."
            )
        super().__init__(api_url, filter, reconnection_attempts, reconnect_on_clean_close)
        self._token = key


def get_logs_subscriber(
    filter: LogFilter | None = None, reconnection_attempts: int = 10, reconnect_on_clean_close: bool = False
) -> PrefectLogsSubscriber:
    """Return a subscriber of the server that the settings name; see `PrefectLogsSubscriber`.

    Raises:
        ConfigurationError: No server is set.
    """
    settings = get_current_settings()
    is_hosted = (settings.api.url or "").startswith(settings.cloud.api_url) and settings.api.key is not None
    kind = PrefectCloudLogsSubscriber if is_hosted else PrefectLogsSubscriber
    return kind(
        filter=filter,
        reconnection_attempts=reconnection_attempts,
        reconnect_on_clean_close=reconnect_on_clean_close,
    )
