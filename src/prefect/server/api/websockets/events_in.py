"""`/events/in`: clients send events as they happen, one to a message."""

from __future__ import annotations

import functools
from typing import Annotated

from pydantic import AfterValidator, TypeAdapter, ValidationError

from prefect.schemas.events import Event, check_sent
from prefect.schemas.resources import hold_event_limits
from prefect.server.api.websockets.connections import Connections
from prefect.server.api.websockets.handshake import shake_hands
from prefect.server.api.websockets.socket import INVALID_DATA, ProtocolError, Socket


@functools.cache
def _sent() -> TypeAdapter[Event]:
    """Made with the first connection: it takes its time."""
    return TypeAdapter[Event](Annotated[Event, AfterValidator(check_sent)])


async def receive_events(socket: Socket, connections: Connections, path_values: dict[str, str]) -> None:
    """Take events until the client ends the connection. While the database has no room for more, none is read.

    Raises:
        ProtocolError: The client has sent something else than an event.
        SocketClosed: It is gone; what it has sent before is stored.
    """
    if not await shake_hands(socket, connections.auth_string):
        return
    hold_event_limits(connections.settings.server.events)
    sent = _sent()
    while True:
        text = await socket.text()
        try:
            event = sent.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = "".join(f"{part}: " for part in first["loc"])
            raise ProtocolError(INVALID_DATA, f"This is no event: {where}{first['msg']}") from error
        await connections.ingest.take(event)
