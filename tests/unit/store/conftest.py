"""Both databases for the tests of the store: what transactions promise holds on SQLite and on PostgreSQL."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from prefect.settings import get_current_settings
from prefect.store.opening import open_database
from prefect.store.postgres_database import PostgresDatabase
from prefect.store.tables import TABLES
from tests.postgres import execute, with_database
from tests.unit.conftest import NetworkReached


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of modules that perform operations on each database, but those marked `sqlite`."""
    asks = any(hasattr(metafunc.module, name) for name in ("get_backend", "perform"))
    if asks and not metafunc.definition.get_closest_marker("sqlite"):
        metafunc.fixturenames.append("kind_of_database")
        on_postgres = pytest.param("postgres", marks=pytest.mark.needs("postgres"))
        metafunc.parametrize("kind_of_database", ["sqlite", on_postgres])


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make attempts to connect fail the test, but those over a socket of this machine, where PostgreSQL listens."""
    connect = socket.socket.connect

    def refuse(here: socket.socket, address: Any) -> None:
        if here.family != socket.AF_UNIX:
            raise NetworkReached(f"{NetworkReached.__doc__} It asked for {address!r}.")
        connect(here, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def backend_of_the_kind(request: pytest.FixtureRequest, home: Any) -> None:
    """Let the backend of this process be one on PostgreSQL, where the test runs on it."""
    call: Any = getattr(request.node, "callspec", None)
    if call is not None and call.params.get("kind_of_database") == "postgres":
        from prefect import backend
        from tests.embedded_on_postgres import EmbeddedOnPostgres

        database = request.getfixturevalue("cleared_postgres")
        backend._open[get_current_settings().database_path] = EmbeddedOnPostgres(database)


@pytest.fixture(scope="session")
def _one_postgres(postgres_server: str) -> Iterator[PostgresDatabase]:
    """One database for all tests: copying it for each takes longer than most tests."""
    name = f"store_{uuid4().hex}"
    execute(postgres_server, f"CREATE DATABASE {name}")
    database = open_database(with_database(postgres_server, name))
    assert isinstance(database, PostgresDatabase)
    yield database
    database.close()
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def cleared_postgres(_one_postgres: PostgresDatabase) -> PostgresDatabase:
    """A PostgreSQL database without a row."""

    async def clear() -> None:
        lent = await _one_postgres._pool.take()
        await lent.connection.execute("; ".join(f"DELETE FROM {table.name}" for table in TABLES))
        _one_postgres._pool.give_back(lent)

    _one_postgres.run(clear).result()
    return _one_postgres
