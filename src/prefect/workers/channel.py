"""The channel of a worker: one websocket by which it says that it is there, and is told at once when its pool changes.

Servers that have none, or do not want this worker on it, are told by requests that it is there, and asked for the pool.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from prefect._clock import now
from prefect._ids import uuid7
from prefect._transport.connection import Connection, connection_by_settings
from prefect._transport.greeting import greeted, http_to_ws, say
from prefect.client.schemas.worker_channel import (
    REQUIRED_WORKER_CHANNEL_CAPABILITIES,
    WORK_POOL_WORKER_CHANNEL_ROUTE,
    WORK_POOL_WORKER_CHANNEL_VERSION,
)
from prefect.exceptions import ConfigurationError
from prefect.logging.loggers import get_logger
from prefect.schemas.work_pools import WorkPool

if TYPE_CHECKING:
    from prefect.workers.base import BaseWorker

_NOT_WANTED = frozenset({401, 403, 404, 405})
"""Answers to the opening after which requests have to do."""

_NO_MORE = frozenset({1002, 1008})
"""Codes of closing after which it makes no sense to open it again."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_READY_WITHIN = 10.0
"""How long, in seconds, a server may take to say that it is ready."""


class WorkerChannel:
    """The channel of a worker to its server.

    Args:
        worker: The worker.

    Attributes:
        is_open: Whether it is open: then nothing need be told by requests.
    """

    def __init__(self, worker: BaseWorker[Any, Any, Any]) -> None:
        self.is_open = False
        self._worker = worker
        self._consumer = str(uuid4())

    async def keep(self) -> None:
        """Keep it open, until this is cancelled or the server does not want it."""
        connection = connection_by_settings()
        if connection is None:
            return
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._live(connection)
            except InvalidStatus as error:
                if error.response.status_code in _NOT_WANTED:
                    return
            except ConnectionClosed as error:
                if error.rcvd is not None and error.rcvd.code in _NO_MORE:
                    get_logger("workers").debug("The server ends the channel of the worker: %s", error)
                    return
            except (ConfigurationError, ValidationError) as error:
                get_logger("workers").debug("The channel of the worker is not used: %s", error)
                return
            except (OSError, WebSocketException, TimeoutError) as error:
                get_logger("workers").debug("The channel of the worker is opened again: %r", error)
            pause = _FIRST_PAUSE if self.is_open else min(pause * 2, _LONGEST_PAUSE)
            self.is_open = False
            await asyncio.sleep(pause)

    async def _live(self, connection: Connection) -> None:
        worker = self._worker
        route = WORK_POOL_WORKER_CHANNEL_ROUTE.format(work_pool_name=worker.work_pool.name)
        url = http_to_ws(str(connection.url)) + route
        websocket = await greeted(url, connection.auth_string or connection.api_key)
        try:
            await say(websocket, self._frame("worker.hello.v1", self._hello()))
            async with asyncio.timeout(_READY_WITHIN):
                ready = await _heard(websocket)
            self._take(ready["initial_snapshot"])
            self.is_open = True
            beating = asyncio.create_task(
                self._beat(websocket, ready["effective_heartbeat_interval_seconds"])
            )
            try:
                while True:
                    payload = await _heard(websocket)
                    if "work_pool" in payload:
                        self._take(payload)
            finally:
                beating.cancel()
                with suppress(asyncio.CancelledError, ConnectionClosed):
                    await beating
        finally:
            await websocket.close()

    def _take(self, snapshot: dict[str, Any]) -> None:
        """Go on with the pool as it is now; what it holds may be due."""
        self._worker.take_work_pool(WorkPool.model_validate(snapshot["work_pool"]))
        self._worker.poller.wake()

    async def _beat(self, websocket: ClientConnection, seconds: int) -> None:
        while True:
            await asyncio.sleep(seconds)
            await say(websocket, self._frame("worker.heartbeat.v1", self._self()))

    def _hello(self) -> dict[str, Any]:
        return {
            **self._self(),
            "worker_type": self._worker.type,
            "supported_channel_versions": [WORK_POOL_WORKER_CHANNEL_VERSION],
            "requested_capabilities": sorted(REQUIRED_WORKER_CHANNEL_CAPABILITIES),
            "work_queue_names": self._worker.work_queue_names,
        }

    def _self(self) -> dict[str, Any]:
        return {
            "consumer_id": self._consumer,
            "worker_name": self._worker.name,
            "heartbeat_interval_seconds": self._worker.heartbeat_seconds,
        }

    @staticmethod
    def _frame(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {"type": kind, "id": str(uuid7()), "sent_at": now().isoformat(), "payload": payload}


async def _heard(websocket: ClientConnection) -> dict[str, Any]:
    """Return what the next frame of the server holds."""
    return orjson.loads(await websocket.recv())["payload"]
