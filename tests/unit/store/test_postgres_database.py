"""What only PostgreSQL does: connections that break, transactions that clash, several servers at one database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from prefect.exceptions import CommitUnknown, ConcurrencySlotsTaken, DatabaseError, DatabaseUnavailable
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create
from prefect.settings import Settings, get_current_settings, temporary_settings
from prefect.store import postgres_database
from prefect.store.concurrency_limits import create_concurrency_limit_v2
from prefect.store.concurrency_slots import Lease, take_slots
from prefect.store.isolation import guarded_by_rows
from prefect.store.postgres_connection import PostgresOptions
from prefect.store.postgres_database import PostgresDatabase
from prefect.store.statements import Statement, Transaction
from tests.postgres import execute
from tests.unit.store.databases import SOON, add_one, make_trial, put, read, rows

pytestmark = pytest.mark.needs("postgres")

KILL_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def options(cleared_postgres: PostgresDatabase) -> PostgresOptions:
    """How to connect to a database of our tables without rows."""
    return cleared_postgres.options


@pytest.fixture
def database(options: PostgresOptions) -> Iterator[PostgresDatabase]:
    """A database with a table for trials, in which there is one row."""
    opened = PostgresDatabase(options)
    make_trial(opened, "postgres")
    opened.write(lambda: put("1", None, 0)).result(SOON)
    yield opened
    opened.close()


# --- connections ---------------------------------------------------------------------------------------------------


def test_connections_that_were_idle_and_broke_are_replaced(database: PostgresDatabase) -> None:
    """After a restart of PostgreSQL, or a firewall that forgot us, reads and writes go on."""
    for future in [database.read(lambda: read("SELECT 1")) for _ in range(4)]:
        future.result(SOON)
    execute(database.options.url, KILL_OTHERS)
    assert rows(database, "SELECT n FROM trial") == [(0,)]
    execute(database.options.url, KILL_OTHERS)
    assert database.write(lambda: add_one("1")).result(SOON) == 1


@pytest.mark.parametrize("verb", ["read", "write"])
def test_a_transaction_whose_connection_breaks_is_run_again(database: PostgresDatabase, verb: str) -> None:
    """What was not committed is undone by the loss, so that running it again is safe."""
    attempts: list[int] = []

    def broken_once() -> Transaction[int]:
        found = yield Statement("SELECT count(*) AS n FROM trial")
        attempts.append(1)
        again = yield Statement("SELECT count(*) AS n FROM trial")
        if len(attempts) == breaks:
            yield Statement("SELECT pg_terminate_backend(pg_backend_pid())")
        return found[0]["n"] + again[0]["n"]

    breaks = 2 if verb == "read" else 1  # a read begins anew when it finds out that it has several statements
    assert getattr(database, verb)(broken_once).result(SOON) == 2
    assert len(attempts) == breaks + 1


def test_a_connection_that_breaks_while_committing(database: PostgresDatabase) -> None:
    """Nobody knows then whether the transaction is stored: that is said, and it is not run again."""

    def at_commit() -> Transaction[None]:
        yield Statement(
            "CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
        )
        yield Statement(
            "CREATE CONSTRAINT TRIGGER ends AFTER INSERT ON trial DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION end_it()"
        )

    database.write(at_commit).result(SOON)
    attempts: list[int] = []

    def counted() -> Transaction[None]:
        attempts.append(1)
        yield from put("2")

    with pytest.raises(CommitUnknown, match="may be stored, or not"):
        database.write(counted).result(SOON)
    assert len(attempts) == 1
    database.write(lambda: read("DROP FUNCTION end_it CASCADE")).result(SOON)


def test_a_database_that_is_not_there(options: PostgresOptions) -> None:
    """Where nobody answers the error says where that is, without the password."""
    url = "postgresql://someone:the-password@/runs?host=/nowhere/at/all"
    with pytest.raises(DatabaseUnavailable, match=r"'runs'.*cannot be reached") as caught:
        PostgresDatabase(replace(options, url=url))
    assert "the-password" not in str(caught.value)
    with pytest.raises(DatabaseError, match=r"does not exist.*createdb"):
        PostgresDatabase(replace(options, url=options.url.replace("store_", "other_")))


def test_a_user_who_may_not_make_tables(empty_postgres_url: str) -> None:
    """The error says what has to be granted."""
    role = f"nobody_much_{uuid4().hex}"
    execute(empty_postgres_url, f"CREATE ROLE {role} LOGIN", "REVOKE ALL ON SCHEMA public FROM public")
    try:
        with pytest.raises(DatabaseError, match="GRANT USAGE, CREATE"):
            PostgresDatabase(PostgresOptions(empty_postgres_url, more={"user": role}))
    finally:
        execute(empty_postgres_url, f"DROP ROLE {role}")


def test_a_database_that_is_away_for_too_long(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks is told after a while, and may ask again."""
    monkeypatch.setattr(postgres_database, "RECONNECTING", 0.2)
    rows(database, "SELECT 1")
    database._pool.options = replace(database.options, url="postgresql:///runs?host=/nowhere")
    execute(database.options.url, KILL_OTHERS)
    for ask in (database.read, database.write):
        with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
            ask(lambda: read("SELECT 1")).result(SOON)
    database._pool.options = database.options
    assert rows(database, "SELECT n FROM trial") == [(0,)]


def test_more_transactions_than_connections(options: PostgresOptions) -> None:
    """They wait for one another, and all are done."""
    database = PostgresDatabase(replace(options, kept=1, most=2))
    try:
        futures = [database.read(lambda: read("SELECT pg_sleep(0.01), 1")) for _ in range(10)]
        assert [future.result(SOON)[0][1] for future in futures] == [1] * 10
        assert database._pool._open <= 2
        assert len(database._pool._idle) == 1
    finally:
        database.close()


def test_waiting_for_a_connection_ends(options: PostgresOptions) -> None:
    """Who waits too long for a connection is told how to have more."""
    database = PostgresDatabase(replace(options, most=1, wait=0.05))
    try:
        slow = database.read(lambda: read("SELECT pg_sleep(0.5)"))
        with pytest.raises(DatabaseUnavailable, match=r"all 1 connections.*POOL_SIZE"):
            database.run(database._pool.take).result(SOON)
        slow.result(SOON)
    finally:
        database.close()


def test_old_connections_are_replaced(options: PostgresOptions) -> None:
    """A connection over its age is closed after its transaction."""
    database = PostgresDatabase(replace(options, recycle=0))
    try:
        first, second = (rows(database, "SELECT pg_backend_pid()") for _ in range(2))
        assert first != second
    finally:
        database.close()


def test_a_statement_that_takes_too_long(options: PostgresOptions) -> None:
    """It is given up after the time that the settings allow, and its connection serves the next."""
    database = PostgresDatabase(replace(options, statement_timeout=0.05, most=1))
    try:
        for ask in (database.read, database.write):
            with pytest.raises(DatabaseUnavailable, match="PREFECT_SERVER_DATABASE_TIMEOUT"):
                ask(lambda: read("SELECT pg_sleep(5)")).result(SOON)
        assert rows(database, "SELECT 1") == [(1,)]
    finally:
        database.close()


# --- clashes -------------------------------------------------------------------------------------------------------


def test_transactions_that_would_contradict_each_other(database: PostgresDatabase) -> None:
    """Each of two reads what the other writes: the second run of one of them sees what the other did."""
    database.write(lambda: put("2", None, 0)).result(SOON)
    attempts: list[str] = []

    def claim(mine: str) -> Transaction[bool]:
        taken = yield Statement("SELECT count(*) AS n FROM trial WHERE n = 1")
        attempts.append(mine)
        yield Statement("SELECT pg_sleep(0.1)")
        if taken[0]["n"]:
            return False
        yield Statement("UPDATE trial SET n = 1 WHERE id = ?", (mine,))
        return True

    futures = [database.write(lambda mine=mine: claim(mine)) for mine in ("1", "2")]
    assert sorted(future.result(SOON) for future in futures) == [False, True]
    assert len(attempts) == 3


def test_transactions_that_their_rows_guard(database: PostgresDatabase) -> None:
    """They too mean the same as if they followed one another, where those that contradict write the same row."""
    counting = [database.write(lambda: guarded_add_one("1")) for _ in range(20)]
    assert sorted(future.result(SOON) for future in counting) == list(range(1, 21))


def test_slots_are_never_taken_twice(database: PostgresDatabase) -> None:
    """Of many runs that enter Running at once, as many as the limit has slots get one."""
    limit = ConcurrencyLimitV2Create(name="few", limit=3)
    database.write(lambda: create_concurrency_limit_v2(limit)).result(SOON)
    futures = [database.write(guarded_take) for _ in range(12)]
    taken = [future for future in futures if future.exception(SOON) is None]
    assert len(taken) == 3
    assert all(isinstance(future.exception(), ConcurrencySlotsTaken | None) for future in futures)
    assert rows(database, "SELECT sum(slots) FROM concurrency_slot") == [(3,)]


@guarded_by_rows
def guarded_add_one(id: str) -> Transaction[int]:
    return (yield from add_one(id))


@guarded_by_rows
def guarded_take() -> Transaction[None]:
    yield from take_slots(["few"], 1, "concurrency", lease=Lease(uuid4(), None))


def test_deadlocks_are_resolved(database: PostgresDatabase) -> None:
    """Two that lock rows in opposite orders are both done."""
    database.write(lambda: put("2", None, 0)).result(SOON)

    def lock(*ids: str) -> Transaction[None]:
        for each in ids:
            yield Statement("SELECT n FROM trial WHERE id = ? {for_update}", (each,))
            yield Statement("SELECT pg_sleep(0.05)")

    for future in [database.write(lambda ids=ids: lock(*ids)) for ids in (("1", "2"), ("2", "1"))]:
        future.result(SOON)


def test_clashing_for_too_long(database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that clashes again and again is given up, and told as what may be asked for again."""
    monkeypatch.setattr(postgres_database, "CLASHING", 0.05)

    def clash() -> Transaction[None]:
        yield Statement("DO $$ BEGIN RAISE EXCEPTION 'clash' USING ERRCODE = '40001'; END $$")

    with pytest.raises(DatabaseUnavailable, match="too much to do"):
        database.write(clash).result(SOON)


def test_a_read_that_writes_is_refused(database: PostgresDatabase) -> None:
    """Transactions of several statements that claim to read only cannot write."""

    def write() -> Transaction[None]:
        yield Statement("SELECT 1")
        yield from put("sly")

    with pytest.raises(Exception, match="read-only"):
        database.read(write).result(SOON)
    assert rows(database, "SELECT id FROM trial WHERE id = 'sly'") == []


def test_mistakes_in_sql_are_told(database: PostgresDatabase) -> None:
    """A statement that is wrong is an error of ours: told as it is, not run again."""
    with pytest.raises(Exception, match='column "nothing" does not exist'):
        database.write(lambda: read("SELECT nothing")).result(SOON)


def test_a_changed_table_does_not_hold_up_prepared_statements(database: PostgresDatabase) -> None:
    """Another server may add a column while this one runs."""
    for _ in range(2):
        database.write(lambda: read("SELECT * FROM trial")).result(SOON)
    execute(database.options.url, "ALTER TABLE trial ADD COLUMN more TEXT")
    for ask in (database.read, database.write):
        assert len(ask(lambda: read("SELECT * FROM trial")).result(SOON)[0]) == 6


# --- settings ------------------------------------------------------------------------------------------------------


def test_settings_tell_how_to_connect() -> None:
    """The section `server.database` says how many connections there are, how long to wait, and how to name them."""
    changes: dict[Any, Any] = {
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "3",
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW": "4",
        "PREFECT_SERVER_DATABASE_TIMEOUT": "7.5",
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_APPLICATION_NAME": "runs",
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_STATEMENT_CACHE_SIZE": "0",
    }
    with temporary_settings({getattr(_names(), name): value for name, value in changes.items()}):
        options = PostgresOptions.of("postgresql+asyncpg://me:secret@db:5433/runs", get_current_settings())
    assert (options.kept, options.most, options.statement_timeout) == (3, 7, 7.5)
    assert options.url == "postgresql://me:secret@db:5433/runs"
    assert options.more == {"server_settings": {"application_name": "runs"}, "statement_cache_size": 0}
    assert options.place == "The PostgreSQL database 'runs' at db:5433"


def _names() -> Any:
    from prefect import settings

    return settings


def test_connections_can_be_encrypted() -> None:
    """With TLS the certificate of the database is checked, its name too unless settings say otherwise."""
    name = "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_"
    with temporary_settings(
        {getattr(_names(), f"{name}ENABLED"): True, getattr(_names(), f"{name}CHECK_HOSTNAME"): False}
    ):
        settings: Settings = get_current_settings()
        context = PostgresOptions.of("postgresql://db/runs", settings).more["ssl"]
    assert not context.check_hostname
