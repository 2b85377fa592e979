"""The database that lives as long as the process, for `sqlite:///:memory:`: a file that nobody else finds, then gone.

SQLite's own databases in memory belong to one connection; here one thread writes and many read.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

IN_MEMORY = Path(":memory:")
"""The path that stands for it in the settings."""

_folders: dict[int, TemporaryDirectory[str]] = {}


def private_file() -> Path:
    """Return the file of this process, which is removed at its end. A forked child has its own."""
    process = os.getpid()
    if process not in _folders:
        _folders[process] = TemporaryDirectory(prefix="prefect-memory-", ignore_cleanup_errors=True)
    return Path(_folders[process].name) / "prefect.db"


def remove_private_file() -> None:
    """Remove the file of this process, if it has one."""
    folder = _folders.pop(os.getpid(), None)
    if folder is not None:
        folder.cleanup()
