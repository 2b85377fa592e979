"""A server with real websockets for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.server.serving import Served, serving


@pytest.fixture
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve the application with the settings of the environment; on PostgreSQL where the test says so."""
    if getattr(request, "param", "sqlite") == "postgres":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", url)
    with serving() as served:
        yield served
