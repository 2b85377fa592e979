"""Set-up of the loggers, done once when the first run begins."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING

from prefect.logging.handlers import ConsoleHandler, RecordingHandler

if TYPE_CHECKING:
    from prefect.settings.models.logging import LoggingSettings

_lock = threading.Lock()
_applied: LoggingSettings | None = None


def setup_logging(settings: LoggingSettings) -> None:
    """Let "prefect" loggers, and the extra ones, write to the console and to the record of their run.

    Handlers that a program put on these loggers itself are left alone. Doing this again with the same settings does
    nothing.
    """
    global _applied
    if settings == _applied:
        return
    with _lock:
        console = ConsoleHandler(colors=settings.colors and "NO_COLOR" not in os.environ)
        handlers: list[logging.Handler] = [console]
        if settings.to_api_enabled:
            handlers.append(RecordingHandler())
        for name in ("prefect", *settings.extra_loggers):
            logger = logging.getLogger(name)
            for handler in [h for h in logger.handlers if isinstance(h, (ConsoleHandler, RecordingHandler))]:
                logger.removeHandler(handler)
            for handler in handlers:
                logger.addHandler(handler)
            logger.setLevel(settings.level)
        logging.getLogger("prefect").propagate = False
        _applied = settings
