"""A server's app in this process: it lives in an event loop in a thread of its own, and any thread or loop may ask."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import httpx2

from prefect._transport.lifespan import lifespan_of

if TYPE_CHECKING:
    from prefect._transport.connection import ASGIApp


class AppInThread(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Hands requests to an ASGI application, which is started up with the first and shut down at closing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        self._life = AsyncExitStack()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opening = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Have the app answer."""
        loop = self._started()
        return asyncio.run_coroutine_threadsafe(self._answer(request), loop).result()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Have the app answer."""
        loop = await asyncio.to_thread(self._started)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._answer(request), loop))

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._transport.handle_async_request(request)
        content = await response.aread()
        return httpx2.Response(response.status_code, headers=response.headers, content=content)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._opening:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                threading.Thread(target=_keep, args=(loop,), name="prefect-app", daemon=True).start()
                entering = self._life.enter_async_context(lifespan_of(self._app))
                asyncio.run_coroutine_threadsafe(entering, loop).result()
                self._loop = loop
            return self._loop

    def close(self) -> None:
        """Shut the app down."""
        with self._opening:
            loop, self._loop = self._loop, None
            if loop is not None:
                asyncio.run_coroutine_threadsafe(self._life.aclose(), loop).result()
                loop.call_soon_threadsafe(loop.stop)

    async def aclose(self) -> None:
        """Shut the app down."""
        await asyncio.to_thread(self.close)


def _keep(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()
