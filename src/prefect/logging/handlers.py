"""Handlers that give log lines to whoever records the run they belong to.

The documented handlers of the console are found here too, but live in rooms of their own, since one loads Rich.
"""

from __future__ import annotations

import functools
import logging
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from prefect import _clock
from prefect._imports import forwarding
from prefect._secrets import redacted
from prefect.exceptions import MissingContextError
from prefect.logging.console import ConsoleHandler
from prefect.logging.errors import TellsErrors
from prefect.logging.log_worker import APILogWorker
from prefect.logging.recording import (
    as_id,
    emit_api_log,
    lines_being_written,
    present_sink,
    recorder_of_process,
    set_api_log_sink,
    shortened,
)
from prefect.logging.run_scope import RecordLog, scope_of
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.logging.rich_console import PrefectConsoleHandler

__all__ = [
    "APILogHandler",
    "APILogWorker",
    "ConsoleHandler",
    "PrefectConsoleHandler",
    "WorkerAPILogHandler",
    "emit_api_log",
    "set_api_log_sink",
]

__getattr__ = forwarding(__name__, {"PrefectConsoleHandler": "prefect.logging.rich_console"})

_SafeStreamHandler = (
    ConsoleHandler  # the name that copies of the original's logging.yml use for a plain stream
)


class _Line(NamedTuple):
    """A line and whose it is."""

    record: RecordLog | None
    message: str
    moment: datetime
    flow_run_id: UUID | None
    task_run_id: UUID | None


class APILogHandler(TellsErrors):
    """Records lines with the flow run or task run that they belong to.

    A line belongs to the run of its logger, to the run whose id it carries (`extra={"flow_run_id": …}`), or to the run
    in whose context it was written. What happens to others is set by PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW. Secrets
    are masked; a line that is too long is cut, and says so. A line is handed over at once: when more have gathered than
    can be written, whoever logs waits, and nothing is lost.

    Args:
        max_log_size: The longest message that is recorded, in bytes; by default as set.
        enabled: Whether anything is recorded; by default as set.
    """

    def __init__(self, *, max_log_size: int | None = None, enabled: bool | None = None) -> None:
        super().__init__()
        if max_log_size is None or enabled is None:
            settings = get_current_settings().logging.to_api
            max_log_size = settings.max_log_size if max_log_size is None else max_log_size
            enabled = settings.enabled if enabled is None else enabled
        self._longest = max_log_size
        self._enabled = enabled

    def emit(self, record: logging.LogRecord) -> None:
        """Record one line.

        Raises:
            MissingContextError: The line belongs to no run, and the settings say that this is an error.
        """
        if not self._enabled or not getattr(record, "send_to_api", True):
            return
        try:
            if present_sink() is not None:
                emit_api_log(self.prepare(record))
                return
            line = self._line(record)
            if line.record is not None:
                line.record(
                    record.name, record.levelno, line.message, line.moment, line.flow_run_id, line.task_run_id
                )
        except MissingContextError as error:
            self._tell_missing(error, record)
        except Exception:  # noqa: BLE001 - a line that cannot be recorded must not end the run; logging reports it
            self.handleError(record)

    def flush(self) -> None:
        """Wait until the lines that were recorded so far are written."""
        for written in lines_being_written():
            written.result()

    @classmethod
    async def aflush(cls) -> None:
        """Wait until the lines that were recorded so far are written, without holding up the event loop."""
        import asyncio  # the front door must not load it

        for written in lines_being_written():
            await asyncio.wrap_future(written)

    def prepare(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return a line as the REST API takes it.

        Raises:
            MissingContextError: The line belongs to no run.
        """
        line = self._line(record)
        return {
            "name": record.name,
            "level": record.levelno,
            "message": line.message,
            "timestamp": line.moment.isoformat().replace("+00:00", "Z"),
            "flow_run_id": str(line.flow_run_id) if line.flow_run_id else None,
            "task_run_id": str(line.task_run_id) if line.task_run_id else None,
        }

    def _line(self, record: logging.LogRecord) -> _Line:
        scope = scope_of(record)
        if scope is not None:
            record_line, flow_run_id, task_run_id = scope.record, scope.flow_run_id, scope.task_run_id
        else:
            record_line = recorder_of_process()
            flow_run_id = as_id(getattr(record, "flow_run_id", None))
            task_run_id = as_id(getattr(record, "task_run_id", None))
        if flow_run_id is None and task_run_id is None:
            self.check_without_run(record)
        return _Line(record_line, self._message(record), _moment(record), flow_run_id, task_run_id)

    def check_without_run(self, record: logging.LogRecord) -> None:
        """Refuse a line that belongs to no run.

        Raises:
            MissingContextError: Always, here.
        """
        raise MissingContextError(
            f"The logger {record.name!r} wrote a line that belongs to no run, so that it is not recorded. "
            "Log inside a flow or task, or give the run's id with extra={'flow_run_id': ...}."
        )

    def _message(self, record: logging.LogRecord) -> str:
        if self.formatter is not None:
            message = self.formatter.format(record)
        else:
            message = record.getMessage()
            if record.exc_info or record.stack_info:
                message = _plain().format(record)
        return shortened(redacted(message), self._longest)

    def _tell_missing(self, error: MissingContextError, record: logging.LogRecord) -> None:
        action = get_current_settings().logging.to_api.when_missing_flow
        if action == "error":
            raise error
        if action == "warn":
            warnings.warn_explicit(
                f"{error} Set PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW=ignore to be spared this warning.",
                UserWarning,
                record.pathname,
                record.lineno,
            )


class WorkerAPILogHandler(APILogHandler):
    """Records lines of workers, which carry the worker's id and need not belong to a run."""

    def emit(self, record: logging.LogRecord) -> None:
        """Record one line of a worker that has an id."""
        if getattr(record, "worker_id", None) is not None:
            super().emit(record)

    def prepare(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return a line as the REST API takes it."""
        prepared = super().prepare(record)
        worker_id = getattr(record, "worker_id", None)
        return prepared if worker_id is None else {**prepared, "worker_id": str(worker_id)}

    def check_without_run(self, record: logging.LogRecord) -> None:
        """Accept the line: the work of a worker goes on between runs."""


def _moment(record: logging.LogRecord) -> datetime:
    """Return when a line was written; by the test's clock where a test holds it, so that lines and states agree."""
    return _clock.now() if _clock.is_held() else datetime.fromtimestamp(record.created, UTC)


@functools.cache
def _plain() -> logging.Formatter:
    return logging.Formatter()
