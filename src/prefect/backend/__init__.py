"""How the SDK talks to orchestration: one protocol, whatever is behind it.

Without an API URL that is this process itself (`embedded`): the same rules and the same store as the server's, one
SQLite file under PREFECT_HOME, nothing to start and nothing to wait for. With one it is the server there (`remote`).
"""

from __future__ import annotations

import atexit
import hashlib
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from prefect.backend.in_memory import IN_MEMORY, private_file, remove_private_file
from prefect.exceptions import DatabaseError
from prefect.logging.recording import register_recorder
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import datetime
    from uuid import UUID

    from prefect.backend.embedded import EmbeddedBackend
    from prefect.backend.protocol import Backend, Reader
    from prefect.backend.remote import RemoteBackend

__all__ = ["close_backends", "get_backend", "open_reader"]

_open: dict[Path, EmbeddedBackend | RemoteBackend] = {}
"""The open backends, by their database, or by the folder where they keep what their server does not take now."""

_lock = threading.Lock()


def get_backend() -> Backend:
    """Return the backend that the current settings name, opening it when it is first asked for.

    Raises:
        DatabaseError: The database of the runs cannot be used.
    """
    path = _place()
    backend = _open.get(path)
    if backend is None:
        with _lock:
            backend = _open.get(path)
            if backend is None:
                backend = _open[path] = _opened(path)
    return backend


def open_reader() -> Reader | None:
    """Return a reader of what runs have recorded; None while nothing was ever recorded on this machine.

    It creates nothing: neither a folder nor a file nor a thread, unless runs have lost their processes: what became of
    them is recorded first. Close it when it is not needed any more.
    """
    if get_current_settings().api_url:
        from prefect._transport.connection import (
            connection_by_settings,  # loads an HTTP library: only with a server
        )
        from prefect.backend.remote_reader import RemoteReader  # as above

        connection = connection_by_settings()
        assert connection is not None  # there is a URL
        return RemoteReader(connection)
    path = _place()
    if not path.exists() or path.stat().st_size == 0:
        return None
    from prefect.backend.embedded_reader import (
        EmbeddedReader,  # loads pydantic and sqlite3: not at import time
    )

    reader = EmbeddedReader(path)
    if reader.orphaned_flow_runs():
        with suppress(DatabaseError):  # it cannot be written, but read
            cast("EmbeddedBackend", get_backend()).end_orphaned_flow_runs()
    return reader


def close_backends(*, below: Path | None = None) -> None:
    """Write what is left and close the backends of this process; the next use opens them anew.

    Args:
        below: Only those whose database is in this folder.
    """
    with _lock:
        for path in [path for path in _open if below is None or below in path.parents]:
            _open.pop(path).close()


def _place() -> Path:
    """Return what tells the backend of the current settings from others; see `_open`."""
    settings = get_current_settings()
    if settings.api_url:
        named = hashlib.sha256(settings.api_url.rstrip("/").encode()).hexdigest()[:16]
        return settings.home / "outbox" / named
    path = settings.database_path
    return private_file() if path == IN_MEMORY else path


def _opened(path: Path) -> EmbeddedBackend | RemoteBackend:
    if get_current_settings().api_url:
        from prefect._transport.connection import (
            connection_by_settings,  # loads an HTTP library: only with a server
        )
        from prefect.backend.remote import RemoteBackend  # as above

        connection = connection_by_settings()
        assert connection is not None  # there is a URL
        return RemoteBackend(connection, path)
    from prefect.backend.embedded import EmbeddedBackend  # loads pydantic and sqlite3: not at import time

    return EmbeddedBackend(path)


def _record_log(
    name: str,
    level: int,
    message: str,
    timestamp: datetime,
    flow_run_id: UUID | None,
    task_run_id: UUID | None,
) -> None:
    """Record a line of a run that does not run here."""
    get_backend().record_log(name, level, message, timestamp, flow_run_id, task_run_id)


def _flush() -> list[Future[None]]:
    """Have what is recorded so far written; opens nothing."""
    return [backend.flush() for backend in list(_open.values())]


def _forget_after_fork() -> None:
    """A forked child has the parent's connections but not its writer thread: it opens its own when it needs one."""
    global _lock
    _lock = threading.Lock()
    for backend in _open.values():
        backend.forget_after_fork()
    multiprocessing = sys.modules.get("multiprocessing.util")
    if multiprocessing is not None:
        # Its children end without the interpreter's own clean-up; what they recorded must be written all the same.
        multiprocessing.register_after_fork(_lock, _write_at_the_end_of_a_child)


def _close_and_clean_up() -> None:
    close_backends()
    remove_private_file()


def _write_at_the_end_of_a_child(_: object) -> None:
    sys.modules["multiprocessing.util"].Finalize(None, _close_and_clean_up, exitpriority=-100)


register_recorder(_record_log, _flush)
atexit.register(_close_and_clean_up)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
