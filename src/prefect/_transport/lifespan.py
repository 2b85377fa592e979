"""The life of a server in this process: started up before it is asked, shut down when nobody asks any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from prefect.exceptions import PrefectException

if TYPE_CHECKING:
    from prefect._transport.connection import ASGIApp


@asynccontextmanager
async def lifespan_of(app: ASGIApp) -> AsyncGenerator[None]:
    """Start an ASGI application up at the beginning of the block, and shut it down at its end.

    Raises:
        PrefectException: It could not be started.
    """
    orders: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    answers: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    scope: dict[str, Any] = {
        "type": "lifespan",
        "asgi": {"version": "3.0", "spec_version": "2.0"},
        "state": {},
    }
    life = asyncio.ensure_future(_live(app, scope, orders, answers))
    await orders.put({"type": "lifespan.startup"})
    _check(await answers.get())
    try:
        yield
    finally:
        await orders.put({"type": "lifespan.shutdown"})
        await life


async def _live(
    app: ASGIApp,
    scope: dict[str, Any],
    orders: asyncio.Queue[MutableMapping[str, Any]],
    answers: asyncio.Queue[MutableMapping[str, Any]],
) -> None:
    try:
        await app(scope, orders.get, answers.put)
    except Exception as error:  # noqa: BLE001 - told to whoever waits for the start
        await answers.put({"type": "lifespan.startup.failed", "message": repr(error)})
    else:
        await answers.put({"type": "lifespan.ended"})


def _check(answer: MutableMapping[str, Any]) -> None:
    if answer["type"] == "lifespan.startup.failed":
        raise PrefectException(f"The server in this process could not be started: {answer.get('message')}")
