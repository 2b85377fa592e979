"""A server of events for tests: it notes what clients send, and treats them as a test says."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from prefect.schemas.events import Event, EventFilter

WS_1008_POLICY_VIOLATION = 1008
"""The code with which a connection is closed whose client may not connect."""


class Recorder:
    """What clients of the server did.

    Attributes:
        connections: How many connections there were.
        path: What the last one asked for.
        events: What was sent to the server.
        token: With what the last client showed who it is; None before.
        filter: Which events it asked for; None before.
    """

    connections: int
    path: str | None
    events: list[Event]
    token: str | None
    filter: EventFilter | None

    def __init__(self) -> None:
        self.connections = 0
        self.path = None
        self.events = []
        self.token = None
        self.filter = None


class Puppeteer:
    """What the server does.

    Attributes:
        token: The token that clients of outgoing events need; None for none.
        hard_auth_failure: Close the connection of a client with another token, rather than tell it.
        refuse_any_further_connections: Break off every connection at its beginning.
        hard_disconnect_after: Break off the connection after the event with this id, once.
        outgoing_events: What clients that follow events are sent.
    """

    token: str | None
    hard_auth_failure: bool
    refuse_any_further_connections: bool
    hard_disconnect_after: UUID | None
    outgoing_events: list[Event]

    def __init__(self) -> None:
        self.token = None
        self.hard_auth_failure = False
        self.refuse_any_further_connections = False
        self.hard_disconnect_after = None
        self.outgoing_events = []


@asynccontextmanager
async def event_server(port: int, recorder: Recorder, puppeteer: Puppeteer) -> AsyncGenerator[Server]:
    """Serve `/events/in` and `/events/out` at a port of this machine until the block ends, whatever comes before."""

    async def talk(connection: ServerConnection) -> None:
        recorder.connections += 1
        request = connection.request
        recorder.path = request.path if request is not None else None
        if puppeteer.refuse_any_further_connections:
            connection.transport.abort()
            return
        way = _take_events if (recorder.path or "").endswith("/events/in") else _give_events
        try:
            await way(connection, recorder, puppeteer)
        except ConnectionClosed:
            return  # the client has what it wanted

    async with serve(talk, "localhost", port, select_subprotocol=_chosen) as serving:
        yield serving


def _chosen(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Choose the subprotocol of newer clients; older ones offer none."""
    del connection
    return next((each for each in offered if each == "prefect"), None)


async def _take_events(connection: ServerConnection, recorder: Recorder, puppeteer: Puppeteer) -> None:
    async for message in connection:
        said: dict[str, Any] = json.loads(message)
        if said.get("type") == "auth":
            recorder.token = said.get("token")
            await connection.send('{"type": "auth_success"}')
            continue
        event = Event.model_validate(said)
        recorder.events.append(event)
        if _breaks_off(connection, event, puppeteer):
            return


async def _give_events(connection: ServerConnection, recorder: Recorder, puppeteer: Puppeteer) -> None:
    said: dict[str, Any] = json.loads(await connection.recv())
    recorder.token = said.get("token")
    if puppeteer.token is not None and recorder.token != puppeteer.token:
        if puppeteer.hard_auth_failure:
            await connection.close(WS_1008_POLICY_VIOLATION)
        else:
            await connection.send('{"type": "auth_failure", "reason": "The token is another one."}')
        return
    await connection.send('{"type": "auth_success"}')
    said = json.loads(await connection.recv())
    recorder.filter = EventFilter.model_validate(said["filter"])
    for event in puppeteer.outgoing_events:
        await connection.send(json.dumps({"type": "event", "event": event.model_dump(mode="json")}))
        if _breaks_off(connection, event, puppeteer):
            return


def _breaks_off(connection: ServerConnection, event: Event, puppeteer: Puppeteer) -> bool:
    if puppeteer.hard_disconnect_after != event.id:
        return False
    puppeteer.hard_disconnect_after = None
    connection.transport.abort()
    return True
