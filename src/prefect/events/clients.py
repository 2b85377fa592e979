"""Clients of events, under their documented names: they emit events that somebody else made, or follow all events.

Code of runs says what happened with `prefect.events.emit_event`; these are for those who have whole events.
"""

from __future__ import annotations

import abc
from concurrent.futures import Future
from types import TracebackType
from typing import Any, ClassVar, Self

from prometheus_client import Counter
from websockets.exceptions import ConnectionClosed

from prefect._dual.drivers import arun
from prefect._dual.effects import settle
from prefect._transport.channel import Channel
from prefect._transport.connection import Connection, connection_by_settings
from prefect.backend import get_backend
from prefect.client.following import (
    SEEN_SECONDS,
    SEEN_SIZE,
    Follower,
    HostedFollower,
    hosted_access,
    http_to_ws,
    is_hosted,
)
from prefect.events.filters import EventFilter
from prefect.schemas.events import Event, ReceivedEvent
from prefect.store.events import create_events

SEEN_EVENTS_SIZE = SEEN_SIZE
SEEN_EVENTS_TTL = SEEN_SECONDS
RETRYABLE_EXCEPTIONS = (ConnectionClosed, TimeoutError, OSError)

EVENTS_EMITTED = Counter("prefect_events_emitted", "How many events clients have emitted.", ["client"])
EVENTS_OBSERVED = Counter("prefect_events_observed", "How many events subscribers were given.", ["client"])
EVENT_WEBSOCKET_CONNECTIONS = Counter(
    "prefect_event_websocket_connections",
    "How often subscribers of events connected, for the first time (initial) or again (reconnect).",
    ["client", "direction", "connection"],
)


def events_in_socket_from_api_url(url: str) -> str:
    """Return where a server takes events, by the address of its API."""
    return http_to_ws(url) + "/events/in"


def events_out_socket_from_api_url(url: str) -> str:
    """Return where a server gives events, by the address of its API."""
    return http_to_ws(url) + "/events/out"


class EventsClient(abc.ABC):
    """Emits events; to be used in `async with`.

    Example:
        >>> async with get_events_client() as client:
        ...     await client.emit(Event(event="table.loaded", resource={"prefect.resource.id": "orders"}))
    """

    _is_entered = False

    @property
    def client_name(self) -> str:
        """What this client is called in metrics."""
        return type(self).__name__

    async def emit(self, event: Event) -> None:
        """Emit an event. It has arrived when the block ends.

        Raises:
            TypeError: The client is not used in `async with`.
        """
        if not self._is_entered:
            raise TypeError(f"Emit events inside `async with {self.client_name}(...)`.")
        await self._emit(event)
        EVENTS_EMITTED.labels(self.client_name).inc()

    @abc.abstractmethod
    async def _emit(self, event: Event) -> None: ...

    async def __aenter__(self) -> Self:
        self._is_entered = True
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._is_entered = False


class NullEventsClient(EventsClient):
    """Emits nothing."""

    async def _emit(self, event: Event) -> None:
        pass


class AssertingEventsClient(EventsClient):
    """Keeps events for tests, and emits nothing.

    Attributes:
        last: The client that was made last.
        all: All clients since `reset`.
        args: With which it was made.
        kwargs: With which it was made.
        events: What was emitted in its block.
    """

    last: ClassVar[AssertingEventsClient | None] = None
    all: ClassVar[list[AssertingEventsClient]] = []

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    events: list[Event]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        AssertingEventsClient.last = self
        AssertingEventsClient.all.append(self)
        self.args, self.kwargs = args, kwargs

    @classmethod
    def reset(cls) -> None:
        """Forget all clients."""
        AssertingEventsClient.last = None
        AssertingEventsClient.all.clear()

    def pop_events(self) -> list[Event]:
        """Return what was emitted, and forget it."""
        events, self.events = self.events, []
        return events

    async def _emit(self, event: Event) -> None:
        self.events.append(event)

    async def __aenter__(self) -> Self:
        self.events = []
        return await super().__aenter__()


class PrefectEventsClient(EventsClient):
    """Emits events to a server, or where there is none, to the record of this machine.

    Args:
        api_url: The API of the server; by default what the settings say.
        reconnection_attempts: Accepted for compatibility: events that a server does not take are kept on disk.
        checkpoint_every: Accepted for compatibility: the server says of each batch that it has it.
        checkpoint_interval: Accepted for compatibility, as above.
    """

    def __init__(
        self,
        api_url: str | None = None,
        reconnection_attempts: int = 10,
        checkpoint_every: int = 700,
        checkpoint_interval: float = 30.0,
    ) -> None:
        del reconnection_attempts, checkpoint_every, checkpoint_interval
        usual = connection_by_settings()
        is_usual = api_url is None or (usual is not None and usual.url == Connection(api_url).url)
        self._elsewhere = None if is_usual or api_url is None else Connection(api_url)
        self._channel: Channel | None = None
        self._under_way: list[Future[Any]] = []

    async def _emit(self, event: Event) -> None:
        if self._channel is not None:
            await arun(self._channel.ask(create_events, [event]))
            return
        self._under_way = [future for future in self._under_way if not future.done() or future.exception()]
        self._under_way.append(get_backend().perform(create_events, [event]))

    async def __aenter__(self) -> Self:
        if self._elsewhere is not None:
            self._channel = self._elsewhere.open_async()
        return await super().__aenter__()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        channel, self._channel = self._channel, None
        under_way, self._under_way = self._under_way, []
        await super().__aexit__(exc_type, exc_val, exc_tb)
        if channel is not None:
            await arun(channel.close())
        for future in under_way:
            await arun(settle(future))


class AssertingPassthroughEventsClient(PrefectEventsClient):
    """Emits events, and keeps them for tests; see `AssertingEventsClient`."""

    last: ClassVar[AssertingPassthroughEventsClient | None] = None
    all: ClassVar[list[AssertingPassthroughEventsClient]] = []

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    events: list[Event]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        AssertingPassthroughEventsClient.last = self
        AssertingPassthroughEventsClient.all.append(self)
        self.args, self.kwargs = args, kwargs

    @classmethod
    def reset(cls) -> None:
        """Forget all clients."""
        AssertingPassthroughEventsClient.last = None
        AssertingPassthroughEventsClient.all.clear()

    def pop_events(self) -> list[Event]:
        """Return what was emitted, and forget it."""
        events, self.events = self.events, []
        return events

    async def _emit(self, event: Event) -> None:
        await super()._emit(event)
        self.events.append(event)

    async def __aenter__(self) -> Self:
        self.events = []
        return await super().__aenter__()


class PrefectCloudEventsClient(PrefectEventsClient):
    """Emits events to the hosted service.

    Args:
        api_url: The address of the workspace; by default as set.
        api_key: The key; by default as set.
        reconnection_attempts: See `PrefectEventsClient`.
        checkpoint_every: See `PrefectEventsClient`.
        checkpoint_interval: See `PrefectEventsClient`.

    Raises:
        ValueError: The address or the key is missing.
    """

    def __init__(
        self,
        api_url: str | None = None,
        api_key: str | None = None,
        reconnection_attempts: int = 10,
        checkpoint_every: int = 700,
        checkpoint_interval: float = 30.0,
    ) -> None:
        url, key = hosted_access(api_url, api_key)
        super().__init__(None, reconnection_attempts, checkpoint_every, checkpoint_interval)
        self._elsewhere = Connection(url, api_key=key)


class PrefectEventSubscriber(Follower[ReceivedEvent]):
    """Gives events as a server records them, the latest ones first of all. For its arguments and errors see `Follower`.

    Example:
        >>> async with PrefectEventSubscriber(filter=EventFilter()) as events:
        ...     async for event in events:
        ...         print(event.event)
    """

    _path, _key, _model, _filters = "/events/out", "event", ReceivedEvent, EventFilter
    _observed, _connections = EVENTS_OBSERVED, EVENT_WEBSOCKET_CONNECTIONS


class PrefectCloudEventSubscriber(HostedFollower[ReceivedEvent], PrefectEventSubscriber):
    """Gives events as the hosted service records them; see `HostedFollower`."""


class PrefectCloudAccountEventSubscriber(PrefectCloudEventSubscriber):
    """Gives the events of a whole account of the hosted service; `api_url` is that of the account."""


def get_events_client(
    reconnection_attempts: int = 10, checkpoint_every: int = 700, checkpoint_interval: float = 30.0
) -> EventsClient:
    """Return a client that emits events to where the settings say; see `PrefectEventsClient`."""
    kind = PrefectCloudEventsClient if is_hosted() else PrefectEventsClient
    return kind(
        reconnection_attempts=reconnection_attempts,
        checkpoint_every=checkpoint_every,
        checkpoint_interval=checkpoint_interval,
    )


def get_events_subscriber(
    filter: EventFilter | None = None, reconnection_attempts: int = 10, reconnect_on_clean_close: bool = False
) -> PrefectEventSubscriber:
    """Return a subscriber of the server that the settings name; see `PrefectEventSubscriber`.

    Raises:
        ConfigurationError: No server is set.
    """
    kind = PrefectCloudEventSubscriber if is_hosted() else PrefectEventSubscriber
    return kind(
        filter=filter,
        reconnection_attempts=reconnection_attempts,
        reconnect_on_clean_close=reconnect_on_clean_close,
    )
