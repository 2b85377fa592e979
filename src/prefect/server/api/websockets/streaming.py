"""Streams: a client is sent what it follows until it ends the connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from prefect.server.api.websockets.socket import TRY_AGAIN_LATER, ProtocolError, Socket
from prefect.server.messaging.tails import Follower, FollowsTooSlowly

T = TypeVar("T")


def _never(_: object) -> bool:
    return False


async def stream(
    socket: Socket,
    follower: Follower[T],
    message: Callable[[T], str],
    *,
    first: AsyncIterator[T] | None = None,
    unless: Callable[[T], bool] = _never,
) -> None:
    """Send what a follower is given, until the client ends the connection.

    Args:
        socket: The connection.
        follower: What to send.
        message: Makes a text of it.
        first: What to send before.
        unless: Tells of what need not be sent.

    Raises:
        ProtocolError: The client takes too slowly; it is asked to come again.
        SocketClosed: It is gone.
    """

    async def send_all() -> None:
        if first is not None:
            async for item in first:
                await socket.send(message(item))
        while True:
            for item in await follower.next():
                if not unless(item):
                    await socket.send(message(item))

    sending = asyncio.create_task(send_all())
    gone = asyncio.create_task(socket.until_closed())
    try:
        await asyncio.wait([sending, gone], return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
    except FollowsTooSlowly as error:
        raise ProtocolError(TRY_AGAIN_LATER, str(error)) from error
    finally:
        for task in (sending, gone):
            task.cancel()
        await asyncio.wait([sending, gone])
