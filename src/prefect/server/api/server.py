"""The server as a FastAPI application, for tests and for programs that serve it by themselves."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import prefect
from prefect.server.api.application import Application
from prefect.server.api.document import api_document
from prefect.settings import Settings, get_current_settings

__all__ = ["create_app"]

_made: dict[tuple[str, bool, bool], FastAPI] = {}


def create_app(
    settings: Settings | None = None,
    ephemeral: bool = False,
    webserver_only: bool = False,
    final: bool = False,
    ignore_cache: bool = False,
) -> FastAPI:
    """Return the server as an application.

    Args:
        settings: The settings that hold for it; by default the current ones.
        ephemeral: It serves one process and ends with it: no services run.
        webserver_only: No services run.
        final: Accepted for programs that give it; an application is final here in any case.
        ignore_cache: Make a new one, even if there is one with these settings.

    Example:
        >>> app = create_app()
        >>> sorted(app.openapi())
        ['components', 'info', 'openapi', 'paths']
    """
    settings = settings or get_current_settings()
    key = (settings.hash_key(), ephemeral, webserver_only)
    if not ignore_cache and key in _made:
        return _made[key]
    made = _made[key] = _application(settings, runs_services=not (ephemeral or webserver_only))
    return made


def _application(settings: Settings, *, runs_services: bool) -> FastAPI:
    server = Application(settings, runs_services=runs_services)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        await server.start()
        try:
            yield
        finally:
            await server.stop()

    app = FastAPI(
        title="Prefect Server",
        version=prefect.__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.mount("/", server, name="api")
    app.openapi = api_document
    return app
