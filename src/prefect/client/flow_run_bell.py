"""A bell that a server rings when something happens to a flow run. Who hears nothing still looks from time to time."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from typing import Any
from uuid import UUID

from prefect._outcome import Outcome
from prefect._transport.connection import connection_by_settings
from prefect._transport.event_feed import hear_events


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
        assert self._connection is not None  # else nobody listens
        wanted: dict[str, Any] = {
            "event": {"prefix": ["prefect.flow-run."]},
            "resource": {"id": [f"prefect.flow-run.{self._flow_run_id}"]},
        }
        async with aclosing(hear_events(self._connection, lambda: wanted)) as events:
            async for _ in events:
                self._rings()
