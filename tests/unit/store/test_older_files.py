"""A database file of an older release: what it lacks is added when it is opened, and what it holds stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from prefect.exceptions import DatabaseError
from prefect.store.migrations.history import SCHEMA_VERSION
from prefect.store.sqlite_file import connect
from prefect.store.sqlite_schema import APPLICATION_ID
from prefect.store.tables import FLOW, TABLES


def older_file(path: Path) -> None:
    """Make a file as the first release did: few tables, one column less, one flow."""
    connection = sqlite3.connect(path, isolation_level=None)
    create_flow = FLOW.create_statements()[0].replace(", labels TEXT", "")
    connection.execute(create_flow)
    connection.execute("INSERT INTO flow (id, name) VALUES ('1', 'kept')")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def test_missing_tables_and_columns_are_added(tmp_path: Path) -> None:
    """Every table and column is there afterwards, and the rows are still there."""
    older_file(tmp_path / "prefect.db")
    connection = connect(tmp_path / "prefect.db")
    for table in TABLES:
        columns = {row["name"] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        assert set(table.columns) <= columns, table.name
    assert [tuple(row) for row in connection.execute("SELECT name, labels FROM flow")] == [("kept", None)]
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    connection.close()


def test_indexes_are_those_of_a_new_file(tmp_path: Path) -> None:
    """An older file has the same indexes as a new one afterwards."""
    older_file(tmp_path / "older.db")
    found = []
    for name in ("older.db", "new.db"):
        connection = connect(tmp_path / name)
        found.append(
            {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
        )
        connection.close()
    assert found[0] == found[1]


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    """A file of a later release is left alone, and the error says what to do."""
    connection = connect(tmp_path / "prefect.db")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(DatabaseError, match="newer release"):
        connect(tmp_path / "prefect.db")
