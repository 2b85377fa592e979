"""Rows that are read as one are the rows that were stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from prefect.store.sqlite_database import SqliteDatabase
from prefect.store.statements import Gathered, Row, Statement, Transaction

VALUES = some.one_of(
    some.none(),
    some.integers(-(2**63), 2**63 - 1),
    some.floats(-1e9, 1e9).map(lambda number: round(number, 6)),
    some.text(),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A database."""
    opened = SqliteDatabase(tmp_path / "prefect.db")
    yield opened
    opened.close()


def both(sql: str, parameters: list[Any]) -> Transaction[tuple[list[Row], list[Row]]]:
    """Read the same rows in both ways."""
    rows = yield Statement(sql, parameters)
    gathered = yield Gathered(sql, parameters)
    return rows, gathered


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(values=some.lists(some.tuples(VALUES, VALUES), max_size=5))
def test_gathered_rows_are_those_of_the_statement(
    database: SqliteDatabase, values: list[tuple[Any, Any]]
) -> None:
    """Whatever texts and numbers are stored, in whatever order: both ways of reading give the same."""
    selects = " UNION ALL ".join(f"SELECT {place} AS place, ? AS a, ? AS b" for place in range(len(values)))
    sql = f"SELECT * FROM ({selects or 'SELECT 0 AS place, 1 AS a, 2 AS b WHERE 0'}) ORDER BY place DESC LIMIT 3"
    parameters = [value for pair in values for value in pair]
    rows, gathered = database.read(lambda: both(sql, parameters)).result()
    assert [dict(row) for row in rows] == [dict(row) for row in gathered]


def test_seconds_keep_their_microseconds(database: SqliteDatabase) -> None:
    """A duration of years with microseconds is read as it was stored."""
    rows, gathered = database.read(lambda: both("SELECT ? AS seconds", [315_360_000.123456])).result()
    assert dict(rows[0]) == dict(gathered[0])
