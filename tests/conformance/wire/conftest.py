"""One server for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.backend.servers import Server


@pytest.fixture(scope="session")
def api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The root of the API of a running server."""
    home: Path = tmp_path_factory.mktemp("server") / "home"
    server = Server(home)
    server.start()
    yield server.url
    server.stop()
