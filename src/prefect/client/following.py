"""Following what a server records: a connection that is made anew when it breaks.

What comes twice, before and after a break, is given once. What is recorded while there is no connection is missed.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar
from uuid import UUID

import orjson
from prometheus_client import Counter
from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK, WebSocketException

from prefect._transport.greeting import greeted, http_to_ws, say
from prefect.exceptions import ConfigurationError
from prefect.settings import get_current_settings

SEEN_SIZE = 500_000
"""How many records are remembered, so that each is given once."""
SEEN_SECONDS = 120
"""For how many seconds they are remembered."""

_PAUSE = 1.0
"""How many seconds to wait before connecting again, from the second time on."""


class Identified(Protocol):
    """A record with an id."""

    @property
    def id(self) -> UUID:
        """The id."""
        ...


R = TypeVar("R", bound=Identified)


class Follower(Generic[R]):
    """Gives records as a server stores them.

    Args:
        api_url: The API of the server; by default as set.
        filter: Which records are meant; by default all.
        reconnection_attempts: How often to connect again, in a row, after the connection broke.
        reconnect_on_clean_close: Connect again when the server ends the connection in good order, too; otherwise that
            is the end.

    Raises:
        ConfigurationError: No server is set.
    """

    _path: ClassVar[str]
    _key: ClassVar[str]
    _model: ClassVar[type[Any]]
    _filters: ClassVar[type[BaseModel]]
    _observed: ClassVar[Counter]
    _connections: ClassVar[Counter]

    def __init__(
        self,
        api_url: str | None = None,
        filter: Any = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        settings = get_current_settings().api
        auth = settings.auth_string
        self._token: str | None = auth.get_secret_value() if auth else None
        api_url = api_url or settings.url
        if not api_url:
            raise ConfigurationError(
                f"{type(self).__name__} follows what a server records, and none is set. Set PREFECT_API_URL; what is "
                "recorded without a server is shown by the commands of `prefect`."
            )
        self._url = http_to_ws(api_url) + self._path
        self._filter: BaseModel = filter or self._filters()
        self._attempts = reconnection_attempts
        self._goes_on = reconnect_on_clean_close
        self._connection: ClientConnection | None = None
        self._seen: OrderedDict[UUID, float] = OrderedDict()
        self._records: AsyncGenerator[R] | None = None

    @property
    def client_name(self) -> str:
        """What this follower is called in metrics."""
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
        if self._records is not None:
            await self._records.aclose()
            self._records = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> R:
        if self._records is None:
            self._records = self._follow()
        return await anext(self._records)

    async def _connect(self, kind: str) -> None:
        try:
            connection = await greeted(self._url, self._token)
            await say(connection, {"type": "filter", "filter": self._filter.model_dump(mode="json")})
        except ConnectionClosed as error:
            raise ConfigurationError(
                f"{self._url} ended the connection at its beginning: {error}. "
                "Are PREFECT_API_KEY or PREFECT_API_AUTH_STRING those of the server?"
            ) from error
        self._connections.labels(self.client_name, "out", kind).inc()
        self._connection = connection

    async def _follow(self) -> AsyncGenerator[R]:
        failed = 0
        while True:
            try:
                if self._connection is None:
                    await self._connect("reconnect")
                assert self._connection is not None  # it has just been made
                while True:
                    message: Any = orjson.loads(await self._connection.recv())
                    failed = 0
                    record: R = self._model.model_validate(message[self._key])
                    if self._is_new(record.id):
                        self._observed.labels(self.client_name).inc()
                        yield record
            except (OSError, WebSocketException) as error:
                self._connection = None
                if isinstance(error, ConnectionClosedOK) and not self._goes_on:
                    return
                failed += 1
                if failed > self._attempts:
                    raise
                if failed > 1:
                    await asyncio.sleep(_PAUSE)

    def _is_new(self, record: UUID) -> bool:
        moment = time.monotonic()
        while self._seen and (
            len(self._seen) >= SEEN_SIZE or next(iter(self._seen.values())) < moment - SEEN_SECONDS
        ):
            self._seen.popitem(last=False)
        if record in self._seen:
            return False
        self._seen[record] = moment
        return True


class HostedFollower(Follower[R]):
    """Gives records as the hosted service stores them; see `Follower`.

    Args:
        api_url: The address of the workspace; by default as set.
        api_key: The key; by default as set.
        filter: Which records are meant.
        reconnection_attempts: How often to connect again.
        reconnect_on_clean_close: Connect again after an end in good order, too.

    Raises:
        ValueError: The address or the key is missing.
    """

    def __init__(
        self,
        api_url: str | None = None,
        api_key: str | None = None,
        filter: Any = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        api_url, key = hosted_access(api_url, api_key)
        super().__init__(api_url, filter, reconnection_attempts, reconnect_on_clean_close)
        self._token = key


def hosted_access(api_url: str | None, api_key: str | None) -> tuple[str, str]:
    """Return the address and the key of the hosted service, where they are not given as they are set.

    Raises:
        ValueError: One of them is missing.
    """
    settings = get_current_settings().api
    api_url = api_url or settings.url
    key = api_key or (settings.key.get_secret_value() if settings.key else None)
    if not api_url or not key:
        raise ValueError(
            "The hosted service needs an address and a key: give api_url and api_key, or set PREFECT_API_URL and "
            "PREFECT_API_KEY."
        )
    return api_url, key


def is_hosted() -> bool:
    """Whether the settings name the hosted service and a key for it."""
    settings = get_current_settings()
    return (settings.api.url or "").startswith(settings.cloud.api_url) and settings.api.key is not None
