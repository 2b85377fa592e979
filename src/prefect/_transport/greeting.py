"""The greeting with which every websocket of a server begins: the subprotocol, and who calls."""

from __future__ import annotations

from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from prefect._transport.connection import USER_AGENT
from prefect.exceptions import ConfigurationError

SUBPROTOCOL = Subprotocol("prefect")


def http_to_ws(url: str) -> str:
    """Return the address of websockets that belongs to one of HTTP."""
    for plain, socket in (("https://", "wss://"), ("http://", "ws://")):
        if url.startswith(plain):
            url = socket + url.removeprefix(plain)
    return url.rstrip("/")


async def greeted(url: str, token: str | None) -> ClientConnection:
    """Return an open connection to a websocket of a server, after the greeting.

    Args:
        url: The address of the websocket.
        token: What proves who calls: user and password as `user:password`, or a key; None without.

    Raises:
        ConfigurationError: The server does not know who calls.
        OSError: There is no server.
        websockets.exceptions.WebSocketException: The server ended the connection, or made none.
    """
    connection = await connect(url, subprotocols=[SUBPROTOCOL], user_agent_header=USER_AGENT)
    try:
        await say(connection, {"type": "auth", "token": token})
        answer: Any = orjson.loads(await connection.recv())
        if answer.get("type") != "auth_success":
            raise ConfigurationError(  # noqa: TRY301 - the connection is closed for this as for all else
                f"{url} answered {answer}. Are PREFECT_API_KEY or PREFECT_API_AUTH_STRING those of the server?"
            )
    except BaseException:
        await connection.close()
        raise
    return connection


async def say(connection: ClientConnection, message: dict[str, Any]) -> None:
    """Send a message as JSON text."""
    await connection.send(orjson.dumps(message).decode())
