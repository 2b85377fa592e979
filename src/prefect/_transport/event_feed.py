"""Hearing of events when a server stores them; a connection that is lost is made again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import orjson
from websockets.exceptions import WebSocketException

from prefect._clock import now
from prefect._transport.connection import Connection
from prefect._transport.greeting import greeted, http_to_ws, say
from prefect.exceptions import ConfigurationError
from prefect.logging.loggers import get_logger

AGAIN = 0.5
"""How many seconds after a connection was lost it is made again; twice as many each time that this fails."""

_AGAIN_AT_MOST = 30.0
_SETTLED = 2.0
"""How many seconds after the filter was sent a server follows it; none says when it does."""

_LONG = timedelta(days=365)


async def hear_events(
    connection: Connection, wanted: Callable[[], dict[str, Any]]
) -> AsyncGenerator[str | None]:
    """Give the name of each event that a server stores, without end.

    None is given when a connection has been made, and once more a moment later: what was stored before the server
    followed the filter is not told, so that one has to look.

    Args:
        connection: How the server is reached.
        wanted: Returns the filter of events, without their time; asked each time that a connection is made.
    """
    url = http_to_ws(str(connection.url)) + "/events/out"
    pause = AGAIN
    while True:
        was_connected = False
        try:
            websocket = await greeted(url, connection.auth_string or connection.api_key)
            try:
                await say(websocket, {"type": "filter", "backfill": False, "filter": _from_now_on(wanted())})
                was_connected = True
                yield None
                settled = time.monotonic() + _SETTLED
                while (left := settled - time.monotonic()) > 0:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(left):
                            message = await websocket.recv()
                        yield _name(message)
                yield None
                async for message in websocket:
                    yield _name(message)
            finally:
                await websocket.close()
        except (OSError, WebSocketException, TimeoutError, ConfigurationError) as error:
            get_logger("events").debug("No events come from %s: %r", url, error)
        pause = AGAIN if was_connected else min(pause * 2, _AGAIN_AT_MOST)
        await asyncio.sleep(pause)


def _name(message: str | bytes) -> str | None:
    return orjson.loads(message).get("event", {}).get("event")


def _from_now_on(wanted: dict[str, Any]) -> dict[str, Any]:
    """Without an end that is ahead, servers of another make tell only what was before the connection."""
    moment = now()
    return {**wanted, "occurred": {"since": moment.isoformat(), "until": (moment + _LONG).isoformat()}}
