"""The beginning of a connection: the client shows who it is, and is told that it is welcome."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

from prefect.server.api.websockets.socket import POLICY_VIOLATION, ProtocolError, Socket

SUBPROTOCOL = "prefect"

PATIENCE = 30.0
"""How long, in seconds, to wait for the first message of a client."""


async def shake_hands(socket: Socket, auth_string: str | None, *, subprotocol_needed: bool = False) -> bool:
    """Take a connection from a client that may have it. Return whether it was taken.

    Clients of before 3.5 neither offer the subprotocol nor send a password; while no password is asked for they are
    welcome where they were known.

    Args:
        socket: The connection.
        auth_string: The user and the password that are asked for, as `user:password`.
        subprotocol_needed: Refuse clients that do not offer the subprotocol in any case.

    Raises:
        ProtocolError: The client has not shown that it may connect.
        SocketClosed: It is gone.
    """
    if SUBPROTOCOL not in socket.subprotocols:
        if subprotocol_needed or auth_string is not None:
            await socket.refuse()
            return False
        await socket.accept()
        return True
    await socket.accept(SUBPROTOCOL)
    try:
        async with asyncio.timeout(PATIENCE):
            first = await socket.json()
    except TimeoutError:
        raise ProtocolError(POLICY_VIOLATION, "Expected 'auth' message") from None
    if not isinstance(first, dict):
        raise ProtocolError(POLICY_VIOLATION, "Expected 'auth' message")
    _check(first, auth_string)  # pyright: ignore[reportUnknownArgumentType] - whatever the client has sent
    await socket.send('{"type":"auth_success"}')
    return True


def _check(message: dict[str, Any], auth_string: str | None) -> None:
    if message.get("type") != "auth":
        raise ProtocolError(POLICY_VIOLATION, "Expected 'auth' message")
    if auth_string is None:
        return
    token = message.get("token")
    if not token:
        raise ProtocolError(POLICY_VIOLATION, "Auth required but no token provided")
    # How long the comparison takes must not tell how much of the password is right.
    if not isinstance(token, str) or not hmac.compare_digest(token.encode(), auth_string.encode()):
        raise ProtocolError(POLICY_VIOLATION, "Invalid token")
