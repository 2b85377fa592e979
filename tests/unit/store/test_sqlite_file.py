from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from prefect.exceptions import DatabaseError
from prefect.store import sqlite_file
from prefect.store.migrations.history import SCHEMA_VERSION
from prefect.store.sqlite_file import connect
from prefect.store.sqlite_schema import APPLICATION_ID
from prefect.store.tables import TABLES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A place for a database in folders that do not exist yet."""
    return tmp_path / "a" / "home" / "prefect.db"


def pragma(connection: sqlite3.Connection, name: str) -> Any:
    """Return the value of a pragma."""
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_file_is_made_with_its_folders(path: Path) -> None:
    """The first run needs no preparation: folders, file and tables are made."""
    connection = connect(path)
    assert pragma(connection, "application_id") == APPLICATION_ID
    assert pragma(connection, "user_version") == SCHEMA_VERSION
    assert pragma(connection, "journal_mode") == "wal"
    assert pragma(connection, "integrity_check") == "ok"
    connection.close()


def test_connections_wait_for_other_processes_and_survive_crashes(path: Path) -> None:
    """Every connection has the pragmas that durability and concurrency rest on, also on a file that was there."""
    connect(path).close()
    connection = connect(path)
    assert pragma(connection, "busy_timeout") >= 10_000
    assert pragma(connection, "synchronous") == 1  # NORMAL
    assert pragma(connection, "foreign_keys") == 1
    assert pragma(connection, "journal_mode") == "wal"
    connection.close()


def test_opening_again_keeps_what_is_there(path: Path) -> None:
    """A file of ours is used as it is."""
    connection = connect(path)
    connection.execute("INSERT INTO flow (id, name) VALUES ('1', 'kept')")
    connection.close()
    connection = connect(path)
    assert connection.execute("SELECT name FROM flow").fetchone()[0] == "kept"
    connection.close()


def test_an_empty_file_is_taken(path: Path) -> None:
    """A file of zero bytes, as a killed first start may leave it, becomes a database."""
    path.parent.mkdir(parents=True)
    path.touch()
    connection = connect(path)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert {table.name for table in TABLES} <= tables


def test_a_reader_cannot_write(path: Path) -> None:
    """A connection for reading changes nothing."""
    connect(path).close()
    connection = connect(path, read_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM flow")
    connection.close()


def test_a_reader_makes_no_file(path: Path) -> None:
    """Looking at runs where none has ever been says so, and leaves no file or folder behind."""
    with pytest.raises(DatabaseError, match="no flow has run"):
        connect(path, read_only=True)
    assert not path.parent.exists()


def test_a_reader_does_not_fill_an_empty_file(path: Path) -> None:
    """A file without tables is told, not filled, by who only reads."""
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(DatabaseError, match="no flow has run"):
        connect(path, read_only=True)
    assert path.stat().st_size == 0


STRANGERS = {
    "of the original server": ("CREATE TABLE alembic_version (version_num TEXT)", "original Prefect server"),
    "of another program": ("CREATE TABLE notes (text TEXT)", "another program"),
    "of another kind": ("PRAGMA application_id = 1234", "another program"),
}


@pytest.mark.parametrize("read_only", [False, True], ids=["writer", "reader"])
@pytest.mark.parametrize("kind", STRANGERS)
def test_a_database_of_others_is_left_alone(path: Path, kind: str, *, read_only: bool) -> None:
    """A file that another program made is refused by name, with what to do, and stays as it is byte by byte."""
    path.parent.mkdir(parents=True)
    made, whose = STRANGERS[kind]
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 1")
    connection.execute(made)
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=whose) as caught:
        connect(path, read_only=read_only)
    assert str(path) in str(caught.value)
    assert "PREFECT_HOME" in str(caught.value)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [b"my shopping list\n" * 200, b"short", b"\x00" * 5000])
def test_a_file_that_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    """A text file in the place of the database is refused with its path, and keeps its content."""
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="not an SQLite database") as caught:
        connect(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_newer_file_is_refused(path: Path) -> None:
    """A database of a later release is not touched by this one, and the message says to upgrade."""
    connection = connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(DatabaseError, match=r"newer release .*Upgrade"):
        connect(path)


def test_a_folder_in_the_place_of_the_file_is_told(path: Path) -> None:
    """A folder named like the database is an error that names it."""
    path.mkdir(parents=True)
    with pytest.raises(DatabaseError, match="cannot be recorded") as caught:
        connect(path)
    assert str(path) in str(caught.value)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    """A home below a regular file cannot be made, and the message says what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match=r"cannot be recorded.*PREFECT_HOME"):
        connect(tmp_path / "file" / "home" / "prefect.db")


def test_a_damaged_file_is_told_as_damaged(path: Path) -> None:
    """A database whose pages were overwritten gives an error of ours that says how to go on."""
    connect(path).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996  # the root page of the schema
    path.write_bytes(content)
    with pytest.raises(DatabaseError) as caught:
        connect(path).execute("SELECT * FROM flow")
    assert str(path) in str(caught.value)


class CreatedMeanwhile:
    """A connection of a process that is overtaken: another one creates the database after its first statement."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._overtaken = False

    def execute(self, sql: str) -> Any:
        """Run a statement; once, let the other process pass afterwards."""
        rows = self._connection.execute(sql).fetchall()
        if not self._overtaken:
            self._overtaken = True
            connect(self.path).close()
        return _Rows(rows)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Rows(list[Any]):
    def fetchone(self) -> Any:
        return self[0]


def test_a_file_that_another_process_is_creating_is_ours(path: Path) -> None:
    """Of two processes that start on an empty home, neither takes the other's new file for a stranger's."""
    path.parent.mkdir(parents=True)
    connection: Any = CreatedMeanwhile(path)
    try:
        assert sqlite_file._ownership(connection, path) in ("ours", "empty")
    finally:
        connection.close()
