"""Where log lines go: the console, and the record of the run."""

from __future__ import annotations

import functools
import logging
import sys
import time
from datetime import UTC, datetime
from typing import TextIO

from prefect.logging.run_scope import RunScope, current_scope

_COLORS = {logging.DEBUG: "2", logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "1;31"}


class ConsoleHandler(logging.StreamHandler[TextIO]):
    """Writes lines to the standard error stream of the moment, in colour where a person reads them."""

    def __init__(self, *, colors: bool) -> None:
        super().__init__(sys.stderr)
        self._colors = colors

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self.stream = sys.stderr  # the stream that is there now: tests and notebooks replace it
        super().emit(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return a line: time, level, which run, message."""
        moment = f"{_local_time(int(record.created))}.{int(record.msecs):03d}"
        scope = scope_of(record)
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}\n{logging.Formatter().formatException(record.exc_info)}"
        line = f"{moment} | {record.levelname:<7} | {scope.label if scope else record.name} - {message}"
        color = _COLORS.get(record.levelno)
        if color and self._colors and self.stream.isatty():
            return f"\033[{color}m{line}\033[0m"
        return line


@functools.lru_cache(maxsize=8)
def _local_time(seconds: int) -> str:
    """Return a second as the clock on the wall shows it."""
    return time.strftime("%H:%M:%S", time.localtime(seconds))


class RecordingHandler(logging.Handler):
    """Gives lines that belong to a run to whoever records the run."""

    def emit(self, record: logging.LogRecord) -> None:
        """Record one line, if it belongs to a run."""
        scope = scope_of(record)
        if scope is None or scope.record is None or not getattr(record, "send_to_api", True):
            return
        try:
            message = record.getMessage()
            if record.exc_info:
                message = f"{message}\n{logging.Formatter().formatException(record.exc_info)}"
            moment = datetime.fromtimestamp(record.created, UTC)
            scope.record(record.name, record.levelno, message, moment, scope.flow_run_id, scope.task_run_id)
        except Exception:  # noqa: BLE001 - a line that cannot be recorded must not end the run; logging reports it
            self.handleError(record)


def scope_of(record: logging.LogRecord) -> RunScope | None:
    """Return the run a line belongs to: what its logger says, or else the run in whose context it was written."""
    scope = getattr(record, "run_scope", None)
    return scope if scope is not None else current_scope.get()
