"""The database that lives as long as the process, for `sqlite:///:memory:`: a file that nobody else finds, then gone.

SQLite's own databases in memory belong to one connection; here one thread writes and many read.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

IN_MEMORY = Path(":memory:")
"""The path that stands for it in the settings."""

_folders: dict[int, Path] = {}


def private_file() -> Path:
    """Return the file of this process, which is removed at its end. A forked child has its own."""
    process = os.getpid()
    if process not in _folders:
        _folders[process] = Path(mkdtemp(prefix="prefect-memory-"))
    return _folders[process] / "prefect.db"


def remove_private_file() -> None:
    """Remove the file of this process, if it has one; never that of the process it was forked from."""
    folder = _folders.pop(os.getpid(), None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
