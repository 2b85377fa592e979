"""A bell that a server rings when something happens to a flow run. Who hears nothing still looks from time to time."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

from websockets.exceptions import WebSocketException

from prefect._clock import now
from prefect._outcome import Outcome
from prefect._transport.connection import connection_by_settings
from prefect._transport.greeting import greeted, say
from prefect.exceptions import ConfigurationError
from prefect.logging.loggers import get_logger

_AGAIN_SECONDS = 5.0

_LONG = timedelta(days=365)


class FlowRunBell:
    """Rings when something happens to a flow run; without a server it never does.

    Example:
        >>> with FlowRunBell(flow_run_id) as bell:
        ...     bell.next_ring().result(timeout=5)
    """

    def __init__(self, flow_run_id: UUID) -> None:
        self._flow_run_id = flow_run_id
        self._ring: Outcome[None] = Outcome()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection = connection_by_settings()

    def __enter__(self) -> FlowRunBell:
        if self._connection is not None:
            ready = threading.Event()
            threading.Thread(
                target=lambda: asyncio.run(self._listen(ready)), name="prefect-bell", daemon=True
            ).start()
            ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    def next_ring(self) -> Outcome[None]:
        """Return what is done when something happens from now on."""
        if self._ring.done():
            self._ring = Outcome()
        return self._ring

    def _rings(self) -> None:
        if not self._ring.done():
            self._ring.set_result(None)

    async def _listen(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        ready.set()
        following = asyncio.create_task(self._follow())
        await self._stop.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    async def _follow(self) -> None:
        connection = self._connection
        assert connection is not None  # else nobody listens
        url = str(connection.url).replace("http", "ws", 1).rstrip("/") + "/events/out"
        moment = now()
        wanted: dict[str, Any] = {
            # Without an end that is ahead, servers of another make tell only what was before the connection.
            "occurred": {"since": moment.isoformat(), "until": (moment + _LONG).isoformat()},
            "event": {"prefix": ["prefect.flow-run."]},
            "resource": {"id": [f"prefect.flow-run.{self._flow_run_id}"]},
        }
        while True:
            try:
                websocket = await greeted(url, connection.auth_string or connection.api_key)
                try:
                    await say(websocket, {"type": "filter", "backfill": False, "filter": wanted})
                    self._rings()  # what has happened before is not told
                    async for _ in websocket:
                        self._rings()
                finally:
                    await websocket.close()
            except (OSError, WebSocketException, TimeoutError, ConfigurationError) as error:
                get_logger("waiting").debug("No events come from %s: %r", url, error)
            await asyncio.sleep(_AGAIN_SECONDS)
