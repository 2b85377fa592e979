"""Being told by a server that a run waits, or is to be cancelled; who looks from time to time only misses seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import orjson
from websockets.exceptions import WebSocketException

from prefect._clock import now
from prefect._transport.connection import connection_by_settings
from prefect._transport.greeting import greeted, say
from prefect.exceptions import ConfigurationError
from prefect.logging.loggers import get_logger

SCHEDULED = (
    "prefect.flow-run.Scheduled",
    "prefect.flow-run.AwaitingRetry",
    "prefect.flow-run.AwaitingInfrastructureRetry",
    "prefect.flow-run.Resuming",
)
"""The events after which a run may be due."""

CANCELLING = "prefect.flow-run.Cancelling"
"""The event after which a run has to end."""

AGAIN = 0.5
"""How many seconds after a connection was lost it is made again; twice as many each time that this fails."""

_AGAIN_AT_MOST = 30.0
_LONG = timedelta(days=365)


class Waking:
    """Listens to the events of runs.

    Args:
        resources: What the runs belong to, such as `prefect.deployment.ID`; asked for each time that it connects.
        runs_wait: Called when a run may be due.
        run_is_cancelled: Called when a run is to be cancelled.
    """

    def __init__(
        self,
        resources: Callable[[], Iterable[str]],
        runs_wait: Callable[[], None],
        run_is_cancelled: Callable[[], None],
    ) -> None:
        self._resources = resources
        self._runs_wait = runs_wait
        self._run_is_cancelled = run_is_cancelled
        self.is_connected = False

    async def listen(self) -> None:
        """Listen until this is cancelled; a connection that is lost is made again."""
        connection = connection_by_settings()
        if connection is None:
            return
        url = str(connection.url).replace("http", "ws", 1).rstrip("/") + "/events/out"
        pause = AGAIN
        while True:
            try:
                await self._follow(url, connection.auth_string or connection.api_key)
            except (OSError, WebSocketException, TimeoutError, ConfigurationError) as error:
                get_logger("runner").debug("No events come from %s: %r", url, error)
            was_connected, self.is_connected = self.is_connected, False
            pause = AGAIN if was_connected else min(pause * 2, _AGAIN_AT_MOST)
            await asyncio.sleep(pause)

    async def _follow(self, url: str, token: str | None) -> None:
        moment = now()
        wanted: dict[str, Any] = {
            # Without it, servers of another make tell only what was before the connection.
            "occurred": {"since": moment.isoformat(), "until": (moment + _LONG).isoformat()},
            "event": {"name": [*SCHEDULED, CANCELLING]},
            "related": {"id": list(self._resources())},
        }
        websocket = await greeted(url, token)
        try:
            await say(websocket, {"type": "filter", "backfill": False, "filter": wanted})
            self.is_connected = True
            self._runs_wait()  # what has happened before is not told
            self._run_is_cancelled()
            async for message in websocket:
                event = orjson.loads(message).get("event", {})
                if event.get("event") == CANCELLING:
                    self._run_is_cancelled()
                else:
                    self._runs_wait()
        finally:
            await websocket.close()
