"""The websockets of the API, and which of them a path means."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from prefect.exceptions import DatabaseError
from prefect.server.api.messages import Receive, Scope, Send
from prefect.server.api.routing import Found, Routes, segments_of
from prefect.server.api.surroundings import Surroundings
from prefect.server.api.websockets.connections import Connections
from prefect.server.api.websockets.events_in import receive_events
from prefect.server.api.websockets.events_out import send_events
from prefect.server.api.websockets.logs_out import send_logs
from prefect.server.api.websockets.scheduled_task_runs import send_scheduled_task_runs
from prefect.server.api.websockets.socket import SERVER_ERROR, ProtocolError, Socket, SocketClosed
from prefect.server.api.websockets.worker_channel import connect_worker

_logger = logging.getLogger("prefect.server.api")

Endpoint = Callable[[Socket, Connections, dict[str, str]], Awaitable[None]]

_ENDPOINTS: dict[str, Endpoint] = {
    "/events/in": receive_events,
    "/events/out": send_events,
    "/logs/out": send_logs,
    "/task_runs/subscriptions/scheduled": send_scheduled_task_runs,
    "/work_pools/{work_pool_name}/workers/connect": connect_worker,
}
"""What serves a connection, by the path below the base of the API."""

_WEBSOCKET = "WEBSOCKET"
"""Stands for a method where routes are found by method and path."""


class WebsocketRoutes:
    """Serves the websockets of an application.

    Args:
        here: What all routes of the application may use.
    """

    def __init__(self, here: Surroundings) -> None:
        self._connections = Connections(here)
        self._routes: Routes[Endpoint] = Routes()
        for path, endpoint in _ENDPOINTS.items():
            self._routes.add(_WEBSOCKET, path, endpoint)

    async def serve(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it ends.

        Args:
            path: The path below the base of the API.
            scope: What ASGI tells of the connection.
            receive: Where its messages come from.
            send: Where they go.
        """
        socket = Socket(scope, receive, send)
        match self._routes.find(_WEBSOCKET, segments_of(path)):
            case Found(endpoint, values):
                await self._serve(endpoint, socket, values)
            case _:
                await socket.refuse()

    @property
    def followers(self) -> int:
        """How many connections follow events or log lines."""
        return self._connections.events.followers + self._connections.logs.followers

    async def close(self) -> None:
        """Store what has come in, and let go of what connections have used."""
        await self._connections.close()

    async def _serve(self, endpoint: Endpoint, socket: Socket, values: dict[str, str]) -> None:
        try:
            await endpoint(socket, self._connections, values)
        except SocketClosed:
            return
        except ProtocolError as error:
            await socket.close(error.code, str(error))
        except DatabaseError as error:
            _logger.warning("A websocket is closed, since the database cannot be used: %s", error)
            await socket.close(SERVER_ERROR, "The database cannot be used.")
        except Exception:  # it is logged whole; the other end is told as much as it may know
            _logger.exception("A websocket failed.")
            await socket.close(SERVER_ERROR, "Internal Server Error")
        else:
            await socket.close()
