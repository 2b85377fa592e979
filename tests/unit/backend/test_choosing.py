"""Which backend it is: the settings say so, whenever they are asked."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from prefect.backend import close_backends, get_backend, open_reader
from prefect.backend.embedded import EmbeddedBackend
from prefect.backend.remote import RemoteBackend
from prefect.backend.remote_reader import RemoteReader
from prefect.settings import PREFECT_API_URL, temporary_settings

URL = "http://127.0.0.1:9/api"


def test_a_url_makes_it_a_server() -> None:
    """With a URL runs are recorded there, without one here; both may be open at once."""
    here = get_backend()
    assert isinstance(here, EmbeddedBackend)
    with temporary_settings({PREFECT_API_URL: URL}):
        there = get_backend()
        assert isinstance(there, RemoteBackend)
        assert get_backend() is there
        assert str(there.connection.url) == f"{URL}/"
    with temporary_settings({PREFECT_API_URL: f"{URL}/"}):
        assert get_backend() is there
    assert get_backend() is here


def test_opening_a_backend_asks_nothing(home: Path) -> None:
    """A process may start while its server is away, and looking makes no files."""
    with temporary_settings({PREFECT_API_URL: URL}):
        get_backend()
        reader = open_reader()
        assert isinstance(reader, RemoteReader)
        reader.close()
    close_backends()
    assert not (home / "outbox").exists()


def test_backends_of_a_home_are_closed_with_it(home: Path, tmp_path: Path) -> None:
    """Closing what is below a folder leaves others open."""
    with temporary_settings({PREFECT_API_URL: URL}):
        there = get_backend()
        close_backends(below=tmp_path / "elsewhere")
        assert get_backend() is there
        close_backends(below=home)
        assert get_backend() is not there


@pytest.mark.parametrize("module", ["httpx2", "websockets", "fastapi"])
def test_a_run_without_a_server_loads_no_http(module: str, home: Path) -> None:
    """A flow that is recorded in its own process does not pay for HTTP."""
    program = f"""
        import sys
        from prefect import flow

        @flow
        def small():
            return 1

        small()
        print({module!r} in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "False\n"
