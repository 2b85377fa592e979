"""What a client needs to know of the server it talks to: which kind it is."""

from __future__ import annotations

from contextlib import asynccontextmanager
from enum import Enum
from typing import TYPE_CHECKING

from prefect._transport.connection import ASGIApp
from prefect._transport.lifespan import lifespan_of
from prefect.client.http_clients import PrefectHttpxAsyncClient, PrefectHttpxSyncClient
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = [
    "ASGIApp",
    "PrefectHttpxAsyncClient",
    "PrefectHttpxSyncClient",
    "ServerType",
    "app_lifespan_context",
    "determine_server_type",
]


class ServerType(str, Enum):
    """What answers the requests of a client."""

    EPHEMERAL = "EPHEMERAL"
    """This process itself."""
    SERVER = "SERVER"
    """A server."""
    CLOUD = "CLOUD"
    """Prefect Cloud."""
    UNCONFIGURED = "UNCONFIGURED"
    """Nothing. Not used: without a server, this process answers."""


def determine_server_type() -> ServerType:
    """Return what answers the clients that `get_client` makes under the current settings."""
    url = get_current_settings().api_url
    return ServerType.EPHEMERAL if not url else server_type_of(url)


def server_type_of(url: str) -> ServerType:
    """Return what answers at a URL."""
    cloud = get_current_settings().cloud.api_url
    return ServerType.CLOUD if url.startswith(cloud) else ServerType.SERVER


@asynccontextmanager
async def app_lifespan_context(app: ASGIApp) -> AsyncGenerator[None]:
    """Start a server in this process up at the beginning of the block, and shut it down at its end."""
    async with lifespan_of(app):
        yield
