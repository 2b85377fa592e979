"""The record of the runs, as far as logging knows it: where lines are handed to, and how long they may be.

What records lines lies floors above this room. The engine gives it along with each run (`RunScope.record`); the backend
registers itself for lines that name a run without running in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.logging.run_scope import RecordLog

if TYPE_CHECKING:
    from concurrent.futures import Future

Sink = Callable[[dict[str, Any]], None]
Flush = Callable[[], Sequence["Future[None]"]]

TRUNCATED = "... [truncated]"
"""What ends a line that was too long to be recorded whole."""

_recorder: RecordLog | None = None
_flush: Flush | None = None
_sink: Sink | None = None


def register_recorder(record: RecordLog, flush: Flush) -> None:
    """Let lines of runs that do not run here be recorded so. The backend calls this when it is loaded.

    Args:
        record: Records a line.
        flush: Has all that is recorded so far written; returns what to wait for.
    """
    global _recorder, _flush
    _recorder, _flush = record, flush


def lines_being_written() -> Sequence[Future[None]]:
    """Have all lines that are recorded so far written, and return what is done when they are."""
    return _flush() if _flush is not None else ()


def recorder_of_process() -> RecordLog | None:
    """Return what records lines outside of runs, or None while this process has no backend."""
    return _recorder


def set_api_log_sink(sink: Sink | None) -> None:
    """Hand the lines of runs to a function from now on, as mappings, instead of recording them; None ends that.

    A process that works for another one uses it to send its lines there.
    """
    global _sink
    _sink = sink


def present_sink() -> Sink | None:
    """Return the function that was set, if there is one."""
    return _sink


def emit_api_log(log: dict[str, Any]) -> None:
    """Record a line that is given as a mapping, as `APILogHandler.prepare` makes it and a sink gets it."""
    if _sink is not None:
        _sink(log)
        return
    if _recorder is None:
        return
    timestamp = log["timestamp"]
    moment = timestamp if isinstance(timestamp, datetime) else datetime.fromisoformat(timestamp)
    _recorder(
        log["name"], log["level"], log["message"], moment,
        as_id(log.get("flow_run_id")), as_id(log.get("task_run_id")),
    )  # fmt: skip


def as_id(given: object) -> UUID | None:
    """Return the id that a value is or writes, or None."""
    if given is None or isinstance(given, UUID):
        return given
    try:
        return UUID(str(given))
    except ValueError:
        return None


def shortened(text: str, limit: int) -> str:
    """Return a text, cut where it would take more than `limit` bytes of UTF-8; a text that is cut says so."""
    if len(text) * 4 <= limit:  # no character takes more
        return text
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) <= limit:
        return text
    kept = encoded[: max(0, limit - len(TRUNCATED))].decode("utf-8", "ignore")
    return kept + TRUNCATED
