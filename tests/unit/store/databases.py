"""A small table and transactions on it, for the tests of the databases."""

from __future__ import annotations

from typing import Any

from prefect.store.columns import INTEGER_COLUMN, JSON_COLUMN, TAGS_COLUMN, TEXT_COLUMN
from prefect.store.database import Database
from prefect.store.dialects import Dialect
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.table import Table

SOON = 30.0
"""How long, in seconds, to wait for what should be there at once."""

TRIAL = Table(
    "trial",
    {"id": TEXT_COLUMN, "name": TEXT_COLUMN, "tags": TAGS_COLUMN, "labels": JSON_COLUMN, "n": INTEGER_COLUMN},
    unique=("name",),
    indexes={"trial_by_n": "(n DESC, id)"},
)


def make_trial(database: Database, dialect: Dialect) -> None:
    """Make the table anew, without rows."""

    def make() -> Transaction[None]:
        yield Statement("DROP TABLE IF EXISTS trial")
        for sql in TRIAL.create_statements(dialect):
            yield Statement(sql)

    database.write(make).result(SOON)


def put(id: str, name: str | None = None, n: Any = None) -> Transaction[None]:
    """Insert a row."""
    yield Statement("INSERT INTO trial (id, name, n) VALUES (?, ?, ?)", (id, name, n))


def add_one(id: str) -> Transaction[int]:
    """Read a number, and write one that is greater by one."""
    rows = yield Statement("SELECT n FROM trial WHERE id = ?", (id,))
    yield Statement("UPDATE trial SET n = ? WHERE id = ?", (rows[0]["n"] + 1, id))
    return rows[0]["n"] + 1


def read(sql: str, *parameters: Any) -> Transaction[list[tuple[Any, ...]]]:
    """Return the rows that a statement finds."""
    rows = yield Statement(sql, parameters)
    return [tuple(row[name] for name in row.keys()) for row in rows]  # noqa: SIM118 - a row is no dictionary


def rows(database: Database, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Read the rows that a statement finds."""
    return database.read(lambda: read(sql, *parameters)).result(SOON)
