from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect.store.columns import INTEGER_COLUMN, JSON_COLUMN, TAGS_COLUMN, TEXT_COLUMN
from prefect.store.database import Database
from prefect.store.dialects import postgres_text, sqlite_text
from prefect.store.null_order import ordered_index, with_nulls_first
from prefect.store.sqlite_database import SqliteDatabase
from prefect.store.statements import Batch, Statement, Transaction
from prefect.store.tables.table import Table

TRIAL = Table(
    "trial",
    {"id": TEXT_COLUMN, "name": TEXT_COLUMN, "tags": TAGS_COLUMN, "labels": JSON_COLUMN, "n": INTEGER_COLUMN},
    indexes={"trial_by_n": "(n DESC, id)"},
)
ROWS: list[list[Any]] = [
    ["1", "Alpha", '["x", "y"]', '{"team": "data", "big": 1}', 3],
    ["2", "beta", '["x"]', '{"team": "web"}', None],
    ["3", "GAMMA", "[]", "{}", 1],
    ["4", None, None, None, 2],
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each kind of database, with a table for trials."""
    kind = request.param
    if kind == "sqlite":
        opened: Database = SqliteDatabase(tmp_path / "prefect.db")
    else:
        opened = request.getfixturevalue("cleared_postgres")

    def begin() -> Transaction[None]:
        yield Statement("DROP TABLE IF EXISTS trial")
        for sql in TRIAL.create_statements(kind):
            yield Statement(sql)
        yield Batch(TRIAL.insert, ROWS, TRIAL.group)

    opened.write(begin).result()
    yield opened
    if kind == "sqlite":
        opened.close()


def rows(database: Database, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows that a statement finds."""

    def ask() -> Transaction[list[tuple[Any, ...]]]:
        found = yield Statement(sql, parameters)
        return [tuple(row.values()) if hasattr(row, "values") else tuple(row) for row in found]

    return database.read(ask).result()


def found(database: Database, where: str, *parameters: Any) -> str:
    """Return the ids of the rows for which a condition holds."""
    return " ".join(
        row[0] for row in rows(database, f"SELECT id FROM trial WHERE {where} ORDER BY id", *parameters)
    )


@pytest.mark.parametrize(
    ("where", "parameters", "ids"),
    [
        ("name {ilike} '%' || ? || '%'", ["A"], "1 2 3"),
        ("name {ilike} ?", ["g%"], "3"),
        ("name {ilike} ? ESCAPE '\\'", ["\\%a"], ""),
        ("EXISTS (SELECT 1 FROM {json_items(trial.tags)} WHERE value = ?)", ["x"], "1 2"),
        ("EXISTS (SELECT 1 FROM {json_items(coalesce(trial.tags, '[]'))} AS tag WHERE tag.value = ?)", ["y"], "1"),
        ("EXISTS (SELECT 1 FROM {json_members(labels)} AS l WHERE l.key = ? AND l.value = ?)", ["team", "web"], "2"),
        ("{json_text(labels, team)} = ?", ["data"], "1"),
        ("{json_text(labels, big)} = ?", ["1"], "1"),
        ("{json_text(labels, none)} IS NULL", [], "1 2 3 4"),
        ("{contains_all(tags, ?)}", ['["y", "x"]'], "1"),
        ("coalesce({contains_all(tags, ?)}, 1 = 0) AND tags IS NOT NULL", ["[]"], "1 2 3"),
        ("{contains_any(trial.tags, ?)}", ['["y", "z"]'], "1"),
        ("{contains_any(trial.tags, ?)}", ["[]"], ""),
        ("tags = '[]'", [], "3"),
        ("id IN ()", [], ""),
        ("id NOT IN () AND n > ?", [1], "1 4"),
        ("id = ? OR name = 'is it ? or {ilike}'", ["2"], "2"),
        ("id IN (SELECT id FROM trial WHERE n > 0 ORDER BY n DESC LIMIT 1)", [], "1"),
    ],
)  # fmt: skip
def test_a_condition_means_the_same_everywhere(
    database: Database, where: str, parameters: list[Any], ids: str
) -> None:
    """What is asked with marks finds the same rows in SQLite and in PostgreSQL."""
    assert found(database, where, *parameters) == ids


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("n", "2 3 4 1"),
        ("n DESC", "1 4 3 2"),
        ("n ASC, id", "2 3 4 1"),
        ("n DESC NULLS FIRST", "2 1 4 3"),
        ("coalesce(n, 9), id DESC", "3 4 1 2"),
        ("name DESC, id", "2 3 1 4"),
    ],
)
def test_orders_are_the_same_everywhere(database: Database, order: str, ids: str) -> None:
    """NULL is the smallest value, and capital letters come before small ones."""
    assert (
        " ".join(row[0] for row in rows(database, f"SELECT id FROM trial ORDER BY {order} LIMIT ?", 10))
        == ids
    )


def test_what_sums_answer(database: Database) -> None:
    """A sum of whole numbers is a whole number, and one of nothing is None."""
    assert rows(database, "SELECT sum(n), count(*), min(n) FROM trial") == [(6, 4, 1)]
    assert rows(database, "SELECT sum(n), count(*) FROM trial WHERE id = ?", "none") == [(None, 0)]


def test_columns_are_told_as_lists(database: Database) -> None:
    """All values of a column stand in one JSON list, in the order of the rows; of no rows in an empty one."""
    ask = "SELECT {as_list(n)} AS n FROM (SELECT n FROM trial WHERE id > ? ORDER BY id DESC LIMIT 3) AS found"
    assert json.loads(rows(database, ask, "1")[0][0]) == [
        row[0] for row in rows(database, "SELECT n FROM trial WHERE id > ? ORDER BY id DESC LIMIT 3", "1")
    ]
    assert rows(database, ask, "nothing") == [("[]",)]


def test_parameters_with_names(database: Database) -> None:
    """A parameter with a name may stand in several places."""

    def ask() -> Transaction[list[str]]:
        found = yield Statement(
            "SELECT id FROM trial WHERE id >= :id AND id < :id || '~' OR name = :name LIMIT :limit",
            {"id": "2", "name": "GAMMA", "limit": 5},
        )
        return [row["id"] for row in found]

    assert sorted(database.read(ask).result()) == ["2", "3"]


def test_rows_can_be_locked(database: Database) -> None:
    """Rows can be locked for a transaction, and locked ones passed over."""

    def lock(mark: str) -> Transaction[list[str]]:
        found = yield Statement(f"SELECT id FROM trial WHERE n > ? ORDER BY n LIMIT 2 {mark}", (0,))
        return [row["id"] for row in found]

    for mark in ("{for_update}", "{skip_locked}"):
        assert database.write(lambda mark=mark: lock(mark)).result() == ["3", "4"]


def test_an_unknown_mark_is_named() -> None:
    """A mark that there is not is a mistake, and told as such."""
    for translate in (sqlite_text, postgres_text):
        with pytest.raises(ValueError, match=r"\{upper\(x\)\}.*json_items"):
            translate("SELECT {upper(x)}")


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("SELECT 1 ORDER BY a", "SELECT 1 ORDER BY a NULLS FIRST"),
        ("SELECT 1 ORDER BY a.id, id DESC LIMIT 1", "SELECT 1 ORDER BY a.id, id DESC LIMIT 1"),
        (
            "SELECT 'ORDER BY x', (SELECT 1 ORDER BY c DESC, d) ORDER BY f",
            "SELECT 'ORDER BY x', (SELECT 1 ORDER BY c DESC NULLS LAST, d NULLS FIRST) ORDER BY f NULLS FIRST",
        ),
        ("SELECT 1 ORDER BY limited, b NULLS LAST {for_update}",
         "SELECT 1 ORDER BY limited NULLS FIRST, b NULLS LAST {for_update}"),
    ],
)  # fmt: skip
def test_orders_tell_where_null_is(sql: str, ordered: str) -> None:
    """Every item of an order that does not say where NULL stands is told so, but ids."""
    assert with_nulls_first(sql) == ordered


def test_indexes_have_the_order_of_statements() -> None:
    """An index of PostgreSQL has NULL where the orders of statements have it, so that it serves them."""
    assert ordered_index("(a DESC, coalesce(b, c), id) WHERE d IS NOT NULL") == (
        "(a DESC NULLS LAST, coalesce(b, c) NULLS FIRST, id) WHERE d IS NOT NULL"
    )
    with pytest.raises(ValueError, match="no columns"):
        ordered_index("(a")
