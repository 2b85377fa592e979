"""`/logs/out`: clients are sent the log lines that their filter means, as they are recorded."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from prefect.schemas.log_filters import LogFilter
from prefect.schemas.logs import Log
from prefect.server.api.websockets.connections import Connections
from prefect.server.api.websockets.handshake import shake_hands
from prefect.server.api.websockets.socket import PROTOCOL_ERROR, ProtocolError, Socket
from prefect.server.api.websockets.streaming import stream
from prefect.store.log_matching import is_meant


async def send_logs(socket: Socket, connections: Connections, path_values: dict[str, str]) -> None:
    """Send log lines until the client ends the connection.

    Raises:
        ProtocolError: The client has not said which lines it wants.
        SocketClosed: It is gone.
    """
    if not await shake_hands(socket, connections.auth_string):
        return
    wanted = _wanted(await socket.json())
    if not connections.settings.server.logs.stream_out_enabled:
        await socket.until_closed()
        return
    async with connections.logs.follow(lambda log: is_meant(wanted, log)) as follower:
        await stream(socket, follower, _message)


def _wanted(message: Any) -> LogFilter:
    if not isinstance(message, dict) or message.get("type") != "filter":  # pyright: ignore[reportUnknownMemberType] - whatever the client has sent
        raise ProtocolError(PROTOCOL_ERROR, "Expected 'filter' message")
    try:
        return LogFilter.model_validate(message["filter"])
    except (KeyError, ValidationError) as error:
        raise ProtocolError(PROTOCOL_ERROR, f"Invalid filter: {error}") from error


def _message(log: Log) -> str:
    return f'{{"type":"log","log":{log.model_dump_json()}}}'
