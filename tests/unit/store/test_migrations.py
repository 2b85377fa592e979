"""Databases of older releases, of newer ones and of others: SQLite and PostgreSQL go through the same history."""

from __future__ import annotations

import runpy
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from prefect.exceptions import DatabaseError
from prefect.settings import get_current_settings
from prefect.store.database import Database
from prefect.store.managed_schema import ManagedSchema
from prefect.store.migrations import history
from prefect.store.migrations.history import HISTORY, SCHEMA_VERSION, Revision, add_revision, version_meant
from prefect.store.opening import open_database, open_schema
from prefect.store.postgres_connection import PostgresOptions
from prefect.store.postgres_database import PostgresDatabase
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import TABLES
from tests.postgres import execute
from tests.unit.store.databases import SOON, rows


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database may be made: nothing is there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "prefect.db")
    return request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def schema(place: str) -> ManagedSchema:
    """The tables at that place."""
    return open_schema(place, get_current_settings())


_NOT_YET = "(SELECT id FROM flow WHERE name NOT LIKE 'was %' ORDER BY id LIMIT 2)"


@pytest.fixture
def longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A history with one more step, in which labels got another name and every flow an own one."""
    step = Revision(
        SCHEMA_VERSION + 1,
        "another name",
        before=("ALTER TABLE flow RENAME COLUMN old_labels TO labels",),
        after=(
            "UPDATE flow SET updated = 'then' WHERE updated IS NULL",
            f"UPDATE flow SET name = 'was ' || name WHERE id IN {_NOT_YET}",
        ),
        undo=("ALTER TABLE flow RENAME COLUMN labels TO old_labels",),
    )
    monkeypatch.setattr(history, "HISTORY", (*HISTORY, step))
    for module in ("migrations.history", "sqlite_file", "managed_sqlite", "postgres_schema"):
        monkeypatch.setattr(f"prefect.store.{module}.SCHEMA_VERSION", SCHEMA_VERSION + 1)


def run(place: str, *statements: str) -> None:
    """Run statements in the database at a place, whatever it is."""
    if "://" in place:
        execute(place, *statements)
        return
    connection = sqlite3.connect(place, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def set_version(place: str, version: int) -> None:
    """Write a version into a database."""
    run(
        place,
        f"UPDATE schema_version SET version = {version}"
        if "://" in place
        else f"PRAGMA user_version = {version}",
    )


def opened(place: str) -> Database:
    """Open a database as a server does."""
    return open_database(place, get_current_settings())


def test_a_new_database_is_made_at_once(place: str, schema: ManagedSchema) -> None:
    """Opening an empty one makes all tables, of the newest version, with nothing left to do."""
    assert schema.version() == 0
    database = opened(place)
    assert [rows(database, f"SELECT count(*) FROM {table.name}") for table in TABLES] == [[(0,)]] * len(
        TABLES
    )
    database.close()
    assert schema.version() == SCHEMA_VERSION
    assert schema.pending(SCHEMA_VERSION) == []


def test_an_older_one_is_brought_up_to_date(place: str, schema: ManagedSchema) -> None:
    """Tables, columns and indexes that it lacks are added; what it holds stays."""
    opened(place).close()
    run(
        place,
        "INSERT INTO flow (id, name) VALUES ('1', 'kept')",
        "ALTER TABLE flow DROP COLUMN labels",
        "DROP TABLE variable",
        "DROP INDEX log_by_time",
    )
    set_version(place, 1)
    database = opened(place)
    assert rows(database, "SELECT name, labels FROM flow") == [("kept", None)]
    assert rows(database, "SELECT count(*) FROM variable") == [(0,)]
    database.close()
    schema.upgrade(SCHEMA_VERSION)  # indexes may be built beside the work: wait for them
    assert schema.version() == SCHEMA_VERSION
    assert schema.pending(SCHEMA_VERSION) == []


@pytest.mark.usefixtures("longer")
def test_what_cannot_be_compared_stands_in_the_history(place: str, schema: ManagedSchema) -> None:
    """Names are changed before what is missing is added, and values are computed after that, in batches too."""
    opened(place).close()
    run(place, "ALTER TABLE flow RENAME COLUMN labels TO old_labels")
    for number in range(5):
        run(place, f"INSERT INTO flow (id, name, old_labels) VALUES ('{number}', 'f{number}', '[{number}]')")
    set_version(place, SCHEMA_VERSION)
    assert any("RENAME" in statement for statement in schema.pending(SCHEMA_VERSION + 1))
    database = opened(place)
    found = rows(database, "SELECT name, updated, labels FROM flow ORDER BY id")
    database.close()
    assert found == [(f"was f{number}", "then", f"[{number}]") for number in range(5)]
    schema.downgrade(SCHEMA_VERSION)
    assert schema.version() == SCHEMA_VERSION
    run(place, "UPDATE flow SET old_labels = NULL")


def test_a_newer_one_is_refused(place: str, schema: ManagedSchema) -> None:
    """A database of a later release is left alone, and the error says what to do."""
    opened(place).close()
    set_version(place, SCHEMA_VERSION + 1)
    with pytest.raises(DatabaseError, match="newer release"):
        opened(place)
    with pytest.raises(DatabaseError, match="newer release"):
        schema.upgrade(SCHEMA_VERSION)


@pytest.mark.parametrize(
    ("others", "whose"), [("alembic_version", "the original Prefect server"), ("x", "another program")]
)
def test_one_that_belongs_to_others_is_refused(
    place: str, schema: ManagedSchema, others: str, whose: str
) -> None:
    """Tables that are not ours are not touched, and the error says whose they are."""
    run(place, f"CREATE TABLE {others} (version_num TEXT)", "CREATE TABLE flow_run (id TEXT)")
    for attempt in (lambda: opened(place), schema.version, schema.reset, lambda: schema.stamp(1)):
        with pytest.raises(DatabaseError, match=f"belongs to {whose}"):
            attempt()
    run(place, "DROP TABLE flow_run", f"DROP TABLE {others}")


def test_resetting(place: str, schema: ManagedSchema) -> None:
    """Afterwards the tables are there, and empty."""
    schema.reset()
    run(place, "INSERT INTO flow (id, name) VALUES ('1', 'gone')")
    schema.reset()
    database = opened(place)
    assert rows(database, "SELECT * FROM flow") == []
    database.close()
    assert schema.version() == SCHEMA_VERSION


def test_going_back_and_forth(place: str, schema: ManagedSchema) -> None:
    """A downgrade makes the database fit an older release, without losing what was added; an upgrade undoes it."""
    schema.upgrade(SCHEMA_VERSION)
    run(place, "INSERT INTO variable (id, name, tags) VALUES ('1', 'kept', '[]')")
    schema.downgrade(SCHEMA_VERSION - 1)
    assert schema.version() == SCHEMA_VERSION - 1
    schema.upgrade(SCHEMA_VERSION)
    schema.stamp(1)
    assert schema.version() == 1
    database = opened(place)
    assert rows(database, "SELECT name FROM variable") == [("kept",)]
    database.close()
    assert schema.version() == SCHEMA_VERSION


def test_several_servers_may_open_an_empty_database_at_once(place: str, schema: ManagedSchema) -> None:
    """One makes the tables, the others find them."""
    found: list[Any] = []

    def open_it() -> None:
        database = opened(place)
        found.append(rows(database, "SELECT count(*) FROM flow"))
        database.close()

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[(0,)]] * 4
    assert schema.version() == SCHEMA_VERSION


@pytest.mark.needs("postgres")
def test_a_server_may_be_forbidden_to_migrate(empty_postgres_url: str) -> None:
    """Then an older database is refused with the command that brings it up to date; a new one is made all the same."""
    options = PostgresOptions.of(empty_postgres_url, get_current_settings())
    PostgresDatabase(options, migrate=False).close()
    set_version(empty_postgres_url, 1)
    with pytest.raises(DatabaseError, match="prefect server database upgrade"):
        PostgresDatabase(options, migrate=False)


@pytest.mark.needs("postgres")
def test_indexes_are_built_beside_the_work(empty_postgres_url: str) -> None:
    """While a table gets an index a server has begun already, and others write; one that broke off is made anew."""
    opened(empty_postgres_url).close()
    run(empty_postgres_url, "DROP INDEX log_by_time")
    holder = PostgresDatabase(PostgresOptions(empty_postgres_url))
    going, may_end = threading.Event(), threading.Event()

    def hold() -> Transaction[None]:
        yield Statement("INSERT INTO flow (id, name) VALUES ('1', 'held')")
        going.set()
        while not may_end.is_set():
            yield Statement("SELECT pg_sleep(0.01)")

    holding = holder.write(hold)
    assert going.wait(SOON)
    database = opened(empty_postgres_url)  # building an index waits for every transaction that has begun
    database.write(lambda: _line("2")).result(SOON)
    may_end.set()
    holding.result(SOON)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'log_by_time'::regclass"
    schema = open_schema(empty_postgres_url, get_current_settings())
    schema.upgrade(SCHEMA_VERSION)
    while not _found(database, valid):
        schema.upgrade(SCHEMA_VERSION)
    execute(
        empty_postgres_url,
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'log_by_time'::regclass",
    )
    assert any("DROP INDEX CONCURRENTLY log_by_time" in sql for sql in schema.pending(SCHEMA_VERSION))
    schema.upgrade(SCHEMA_VERSION)
    assert _found(database, valid)
    database.close()
    holder.close()


def _found(database: Database, sql: str) -> bool:
    return rows(database, f"SELECT coalesce(bool_and(found.indisvalid), false) FROM ({sql}) AS found") == [
        (True,)
    ]


def _line(id: str) -> Transaction[None]:
    yield Statement("INSERT INTO flow (id, name) VALUES (?, ?)", (id, f"flow {id}"))


def test_revisions_have_names() -> None:
    """A revision is meant by its number, by its place in the history, or by steps from the present one."""
    assert version_meant("head", 1) == SCHEMA_VERSION
    assert version_meant("base", 3) == 1
    assert version_meant("-1", 3) == 2
    assert version_meant("+1", 1) == 2
    assert version_meant("2", 3) == 2
    for wrong in ("0", "-3", "99", "abc", "+x", ""):
        with pytest.raises(DatabaseError, match=f"1 to {SCHEMA_VERSION}"):
            version_meant(wrong, 3)


def test_the_history_is_one_line() -> None:
    """Revisions are numbered without gaps, and each says what it changes."""
    assert [revision.number for revision in HISTORY] == list(range(1, SCHEMA_VERSION + 1))
    assert all(revision.says for revision in HISTORY)


def test_adding_a_revision(tmp_path: Path) -> None:
    """Who changes the tables gets a new revision at the end of the history, as Python that runs."""
    path = Path(shutil.copy(history.__file__, tmp_path))
    number, written = add_revision("it's new", path)
    read = runpy.run_path(str(written))
    assert number == SCHEMA_VERSION + 1 == read["SCHEMA_VERSION"]
    assert read["HISTORY"][-1].says == "it's new"
