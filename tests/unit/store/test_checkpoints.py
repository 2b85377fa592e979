"""Checkpoints beside the writer of a server."""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from prefect.store import checkpoints, sqlite_database
from prefect.store.sqlite_database import SqliteDatabase
from prefect.store.statements import Batch, Statement, Transaction

SOON = 30.0


def fill(rows: int) -> Transaction[None]:
    """Write so many rows of a kilobyte."""
    yield Statement("CREATE TABLE IF NOT EXISTS trial (n INTEGER, filling TEXT)")
    yield Batch("INSERT INTO trial (n, filling) VALUES (?, ?)", [(n, "x" * 1000) for n in range(rows)])


def in_file(path: Path) -> int:
    """Return how large the file itself is, without its log."""
    return path.stat().st_size


def wait_until_in_file(path: Path, size: int) -> None:
    """Wait until the file has grown to a size."""
    deadline = time.monotonic() + SOON
    while in_file(path) < size:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_was_written_goes_into_the_file_beside_the_writer(tmp_path: Path) -> None:
    """After many changes the log beside the file is taken over; after few it is left alone."""
    path = tmp_path / "prefect.db"
    database = SqliteDatabase(path)
    try:
        database.write(lambda: fill(100)).result(SOON)
        few = in_file(path)
        database.write(lambda: fill(checkpoints.CHANGES)).result(SOON)
        wait_until_in_file(path, few + checkpoints.CHANGES * 1000)
    finally:
        database.close()


def test_a_writer_makes_checkpoints_itself_where_nobody_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log does not grow for ever when the thread that should empty it cannot keep up."""
    monkeypatch.setattr(checkpoints.Checkpoints, "notice", lambda *_: None)
    monkeypatch.setattr(sqlite_database, "PAGES", 100)
    path = tmp_path / "prefect.db"
    database = SqliteDatabase(path)
    try:
        for _ in range(5):
            database.write(lambda: fill(1000)).result(SOON)
        wait_until_in_file(path, 4_000_000)
    finally:
        database.close()


def test_all_that_was_written_is_in_the_file_in_the_end(tmp_path: Path) -> None:
    """A server that has ended leaves one whole file and no log beside it."""
    path = tmp_path / "prefect.db"
    database = SqliteDatabase(path)
    database.write(lambda: fill(3000)).result(SOON)
    database.close()
    assert not path.with_name("prefect.db-wal").exists()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM trial").fetchone() == (3000,)
    connection.close()


def test_trouble_with_a_checkpoint_is_told_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk that refuses is told in the log; the next checkpoint is tried all the same."""
    SqliteDatabase(tmp_path / "prefect.db").close()
    made = checkpoints.Checkpoints(tmp_path / "prefect.db")
    broken: list[str] = []

    class Broken:
        """A connection to a disk that refuses."""

        def execute(self, sql: str) -> Any:
            broken.append(sql)
            raise sqlite3.OperationalError("disk I/O error")

        def close(self) -> None:
            """Do nothing."""

    made._connection.close()
    monkeypatch.setattr(made, "_connection", Broken())
    with caplog.at_level(logging.WARNING, "prefect.server.database"):
        for number in (1, 2):
            made.notice(number * checkpoints.CHANGES)
            deadline = time.monotonic() + SOON
            while len(broken) < number or len(caplog.records) < number:
                assert time.monotonic() < deadline
                time.sleep(0.01)
    made.close()
    assert "disk I/O error" in caplog.text
