"""Being told of runs by a server: what it is asked for, what is done with what it says, and that it is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosedError

from prefect._clock import now
from prefect._transport import event_feed
from prefect.runner.waking import CANCELLING, SCHEDULED, Waking
from prefect.schemas.events import EventFilter
from prefect.settings import temporary_settings

pytestmark = pytest.mark.asyncio


class Line:
    """A connection that says some events, and then breaks."""

    def __init__(self, *events: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self._events = list(events)

    async def send(self, message: str) -> None:
        """Take what is asked for."""
        self.sent.append(orjson.loads(message))

    async def close(self) -> None:
        """Hang up."""

    async def recv(self) -> bytes:
        """Say the next event."""
        if not self._events:
            raise ConnectionClosedError(None, None)
        return orjson.dumps({"type": "event", "event": {"event": self._events.pop(0)}})

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield await self.recv()


async def test_it_wakes_who_has_to_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection begins with a look; after that each event rings the bell that it is for."""
    lines = [Line(SCHEDULED[0], CANCELLING), Line(SCHEDULED[2])]
    waiting, told, rung = list(lines), list[str](), asyncio.Event()

    async def connect(url: str, token: str | None) -> Line:
        assert (url, token) == ("ws://here:1/api/events/out", "me:secret")
        if not waiting:
            rung.set()
            raise ConnectionRefusedError
        return waiting.pop(0)

    monkeypatch.setattr(event_feed, "greeted", connect)
    monkeypatch.setattr(event_feed, "AGAIN", 0.01)
    with temporary_settings({"api.url": "http://here:1/api", "api.auth_string": "me:secret"}):
        listening = asyncio.create_task(
            Waking(
                lambda: ["prefect.deployment.x"], lambda: told.append("runs"), lambda: told.append("cancel")
            ).listen()
        )
        async with asyncio.timeout(10):
            await rung.wait()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
    assert told == ["runs", "cancel", "runs", "cancel", "runs", "cancel", "runs"]
    asked = lines[0].sent[0]
    assert (asked["type"], asked["backfill"]) == ("filter", False)
    wanted = EventFilter.model_validate(asked["filter"])
    assert wanted.occurred.until > now()
    assert asked["filter"]["related"] == {"id": ["prefect.deployment.x"]}


async def test_without_a_server_nobody_tells() -> None:
    """Listening ends at once where there is nobody to listen to."""
    await Waking(list, lambda: None, lambda: None).listen()
