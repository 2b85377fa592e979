"""What a server does by itself, done by a runner that has none: runs of schedules are made, and lost ones ended."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect.server.opening import open_configured_database
from prefect.server.services.running import Services
from prefect.settings import get_current_settings


@asynccontextmanager
async def own_services() -> AsyncGenerator[None]:
    """Run the services of a server on the database of this process, inside the block."""
    settings = get_current_settings()
    database = open_configured_database(settings)
    try:
        services = Services(database, settings)
        await services.start()
        try:
            yield
        finally:
            await services.stop()
    finally:
        database.close()
