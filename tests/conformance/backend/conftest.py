"""The same scenarios on every backend: in this process, on a server with SQLite, on a server with PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from prefect.backend import close_backends, get_backend
from prefect.backend.protocol import Backend
from tests.conformance.backend.servers import Server
from tests.postgres import execute, with_database

KINDS = ["embedded", "sqlite server", pytest.param("postgres server", marks=pytest.mark.needs("postgres"))]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on SQLite, for all tests of the session."""
    server = Server(tmp_path_factory.mktemp("server") / "home")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def server_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Server]:
    """A server on PostgreSQL, for all tests of the session."""
    databases = request.getfixturevalue("postgres_server")
    name = f"backend_{uuid4().hex}"
    execute(databases, f"CREATE DATABASE {name}")
    url = with_database(databases, name).replace("postgresql://", "postgresql+asyncpg://")
    server = Server(tmp_path_factory.mktemp("postgres-server") / "home", url)
    server.start()
    yield server
    server.stop()
    execute(databases, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where runs are recorded in the test: the settings say so."""
    if request.param != "embedded":
        name = "server" if request.param == "sqlite server" else "server_on_postgres"
        monkeypatch.setenv("PREFECT_API_URL", request.getfixturevalue(name).url)
    yield request.param
    close_backends()


@pytest.fixture
def backend(place: str) -> Backend:
    """The backend that runs in the test use."""
    return get_backend()


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """Makes names that no other test has used."""
    mark = uuid4().hex[:8]
    return lambda name: f"{name}-{mark}"


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Nothing of the settings outside holds."""
    assert "PREFECT_API_URL" not in os.environ
