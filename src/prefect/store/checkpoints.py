"""Checkpoints of a SQLite file that a server writes to: made beside the writer, so that no commit waits for them.

What is committed goes to a log beside the file first, and from there into the file. SQLite does that by itself within
the commit that finds a thousand pages in the log. Under load that is nearly every commit, and each then waits for the
disk twice. Here another thread does it, after some thousand changes; the writer only when that thread cannot keep up.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path

from prefect.store.sqlite_file import connect

CHANGES = 2000
"""After how many changed rows what is in the log is taken over into the file."""

PAGES = 16_000
"""With how many pages in the log (64 MB) the writer itself makes a checkpoint."""

_logger = logging.getLogger("prefect.server.database")


class Checkpoints:
    """Makes the checkpoints of one file, in a thread of its own.

    Args:
        path: The file, which is there.
    """

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._wanted = threading.Event()
        self._closed = False
        self._done_at = 0
        self._thread = threading.Thread(target=self._run, name="prefect-checkpoints", daemon=True)
        self._thread.start()

    def notice(self, changes: int) -> None:
        """Take note of how many rows the writer has changed in all; it calls this after a commit."""
        if changes - self._done_at >= CHANGES:
            self._done_at = changes
            self._wanted.set()

    def close(self) -> None:
        """End the thread. What is in the log stays there: the last connection that is closed takes it over."""
        self._closed = True
        self._wanted.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._closed:
                return
            try:
                # Passive: it waits for nobody, and nobody for it.
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            except sqlite3.Error as error:
                # The writer meets the same trouble and tells those who wait; nothing is lost here.
                _logger.warning("No checkpoint could be made: %s", error)
