"""The server in this process: the application under uvicorn, until a signal ends it."""

from __future__ import annotations

import logging
import socket
from typing import Any

import uvicorn

from prefect.server.api.application import Application
from prefect.settings import Settings, get_current_settings

_LINE = "%(asctime)s.%(msecs)03d | %(levelname)-7s | %(name)s - %(message)s"

GRACE = 10
"""How long, in seconds, requests may take to finish once the server is told to end."""


def application() -> Application:
    """Return the application for the current settings: what each process of several makes for itself."""
    return _made(runs_services=True)


def application_without_services() -> Application:
    """Return the application for the current settings, of which only the API runs."""
    return _made(runs_services=False)


def _made(*, runs_services: bool) -> Application:
    settings = get_current_settings()
    set_up_logging(settings)
    return Application(settings, runs_services=runs_services)


def serve(
    settings: Settings, listener: socket.socket, *, workers: int = 1, runs_services: bool = True
) -> None:
    """Answer requests until SIGINT or SIGTERM; then finish what was begun and commit everything.

    Args:
        settings: The settings that hold for the server; they are also those of the environment.
        listener: The socket that it listens at.
        workers: In how many processes.
        runs_services: Whether the services run too.

    Raises:
        SystemExit: It could not start; the log says why.
    """
    set_up_logging(settings)
    options: dict[str, Any] = {
        "timeout_keep_alive": settings.server.api.keepalive_timeout,
        "timeout_graceful_shutdown": GRACE,
        "ws": "websockets-sansio",
        "ws_ping_interval": settings.server.api.websocket_ping_interval,
        "ws_ping_timeout": settings.server.api.websocket_ping_timeout,
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
    }
    if workers == 1:
        config = uvicorn.Config(Application(settings, runs_services=runs_services), **options)
        uvicorn.Server(config).run(sockets=[listener])
        return
    from uvicorn.supervisors import Multiprocess  # one process needs no supervisor

    made_by = application if runs_services else application_without_services
    config = uvicorn.Config(made_by, factory=True, workers=workers, **options)
    Multiprocess(config, sockets=[listener]).run()


def set_up_logging(settings: Settings) -> None:
    """Write what the server logs to stderr, from the level of the settings on."""
    level = settings.server.logging_level
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_LINE, "%H:%M:%S"))
    # Below INFO, uvicorn writes what clients send, event by event.
    for name, its_level in (("prefect.server", level), ("uvicorn", "INFO" if level == "DEBUG" else level)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(its_level)
