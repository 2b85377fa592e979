"""Looking for a server, and taking the port for one."""

from __future__ import annotations

import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from prefect.exceptions import PrefectException
from prefect.server.background import FILE, BackgroundServer, running_in_background
from prefect.server.contact import Contact
from prefect.server.listening import PortTaken, listen, owner_of
from prefect.settings import get_current_settings, temporary_settings


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        knows = self.headers["Authorization"] == "Basic bWU6c2VjcmV0"
        self.send_response(200 if self.path == "/api/health" or knows else 401)
        self.end_headers()
        self.wfile.write(b'"3.8.8"')

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_is_asked_how_it_is() -> None:
    """Whoever looks for a server learns whether it is well, and its version if the password is right."""
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/api"
        with temporary_settings({"PREFECT_API_AUTH_STRING": "me:secret"}):
            contact = Contact(url, get_current_settings())
        assert contact.health().is_well
        assert contact.version() == "3.8.8"
        assert Contact(url, get_current_settings()).version() is None
        other = Contact(url.replace("/api", "/other"), get_current_settings())
        assert other.health().problem == "it answered with status 401"
        server.shutdown()
    assert not contact.health().is_well
    assert contact.version() is None
    assert Contact("nowhere", get_current_settings()).health().problem == "'nowhere' is no URL of a server"


def test_a_port_is_taken_once() -> None:
    """A port that one server has taken is refused to the next, which learns who has it."""
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port}"):
            listen("127.0.0.1", port)
        if Path("/proc/net/tcp").exists():
            owner = owner_of(port)
            assert owner is not None
            assert owner.startswith(f"process {os.getpid()} (")
    listen("127.0.0.1", port).close()


def test_addresses_that_are_not_here() -> None:
    """An address of another machine, or of none, is refused in words."""
    with pytest.raises(PrefectException, match=r"cannot listen|not known"):
        listen("192.0.2.1", 0)
    with pytest.raises(PrefectException, match="not known here"):
        listen("no.such.host.invalid", 0)


def test_nobody_listens(tmp_path: Path) -> None:
    """Of a port that nobody has, and on a system that does not tell, no owner is named."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert owner_of(probe.getsockname()[1]) is None
    assert owner_of(1, tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '{"pid": 5}', '{"pid": 1, "began": "long ago", "url": "x"}']
)
def test_a_server_that_has_ended_is_forgotten(tmp_path: Path, content: str) -> None:
    """A file of a server that is gone, or that is half written, names no server and is removed."""
    (tmp_path / FILE).write_text(content)
    assert running_in_background(tmp_path) is None
    assert not (tmp_path / FILE).exists()


def test_no_other_process_is_taken_for_the_server() -> None:
    """A process that has the number of a server which has ended is not the server."""
    assert not BackgroundServer(os.getpid(), "another time", "http://x").is_there
    assert not BackgroundServer(2**22 + 1, None, "http://x").is_there
