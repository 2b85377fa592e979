"""The API in this process, without a port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest

from prefect.server.api.application import Application
from prefect.settings import get_current_settings, temporary_settings

Asking = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


@asynccontextmanager
async def _asking(client: str = "127.0.0.1", **settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    with temporary_settings(settings):
        application = Application(get_current_settings())
    await application.start()
    transport = httpx2.ASGITransport(app=application, client=(client, 1), raise_app_exceptions=True)
    try:
        async with httpx2.AsyncClient(transport=transport, base_url="http://server/api") as asking:
            yield asking
    finally:
        await application.stop()


@pytest.fixture
def asking() -> Asking:
    """Returns what makes a client of a server with some settings."""
    return _asking


@pytest.fixture
async def api() -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server on an empty home."""
    async with _asking() as client:
        yield client
