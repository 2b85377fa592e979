"""`/events/out`: clients are sent the events that their filter means, those of the last minutes and then new ones."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from prefect._clock import now
from prefect.schemas.events import EventFilter, EventOccurredFilter, EventOrder
from prefect.server.api.websockets.connections import Connections
from prefect.server.api.websockets.handshake import shake_hands
from prefect.server.api.websockets.socket import PROTOCOL_ERROR, ProtocolError, Socket
from prefect.server.api.websockets.streaming import stream
from prefect.server.events.told_events import ToldEvent
from prefect.store.event_matching import is_meant
from prefect.store.events import as_events, read_event_rows

_FOREVER = timedelta(days=36500)


async def send_events(socket: Socket, connections: Connections, path_values: dict[str, str]) -> None:
    """Send events until the client ends the connection.

    Raises:
        ProtocolError: The client has not said which events it wants.
        SocketClosed: It is gone.
    """
    if not await shake_hands(socket, connections.auth_string):
        return
    wanted, backfill = _wanted(await socket.json())
    settings = connections.settings.server.events
    if not settings.stream_out_enabled:
        await socket.until_closed()
        return
    # Whatever times the filter gives: it is about what comes now.
    since = now() - settings.maximum_websocket_backfill
    wanted = wanted.model_copy(
        update={"occurred": EventOccurredFilter(since=since, until=now() + _FOREVER), "order": EventOrder.ASC}
    )
    async with connections.events.follow(lambda told: is_meant(wanted, told.event)) as follower:
        sent = set[UUID]()
        first = _backfill(connections, wanted, sent) if backfill else None
        await stream(socket, follower, _message, first=first, unless=_is_among(sent))


def _wanted(message: Any) -> tuple[EventFilter, bool]:
    if not isinstance(message, dict) or message.get("type") != "filter":  # pyright: ignore[reportUnknownMemberType] - whatever the client has sent
        raise ProtocolError(PROTOCOL_ERROR, "Expected 'filter' message")
    try:
        wanted = EventFilter.model_validate(message["filter"])
    except (KeyError, ValidationError) as error:
        raise ProtocolError(PROTOCOL_ERROR, f"Invalid filter: {error}") from error
    return wanted, bool(message.get("backfill", True))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - see above


async def _backfill(
    connections: Connections, wanted: EventFilter, sent: set[UUID]
) -> AsyncGenerator[ToldEvent]:
    """Return what happened lately, and remember it: the newest of it may come again as new."""
    size = connections.settings.server.events.websocket_backfill_page_size
    occurred = id_ = ""
    while True:
        after = (occurred, id_)
        rows = await connections.here.read(lambda after=after: read_event_rows(wanted, size, *after))
        for event in as_events(rows):
            sent.add(event.id)
            yield ToldEvent(event)
        if len(rows) < size:
            return
        occurred, id_ = rows[-1]["occurred"], rows[-1]["id"]


def _is_among(sent: set[UUID]) -> Callable[[ToldEvent], bool]:
    return lambda told: told.event.id in sent


def _message(told: ToldEvent) -> str:
    return told.message
