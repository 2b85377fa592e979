"""A server for tests: the real application behind a real web server, on a port of its own."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from prefect.server.api.application import Application
from prefect.settings import get_current_settings

SUBPROTOCOL = Subprotocol("prefect")

on_both = pytest.mark.parametrize(
    "server", ["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))], indirect=True
)
"""Run a test with a server on each kind of database."""


class Served:
    """A server that answers at `url` (HTTP) and `websocket_url`."""

    def __init__(self, application: Application, port: int) -> None:
        self.application = application
        self.url = f"http://127.0.0.1:{port}/api"
        self.websocket_url = f"ws://127.0.0.1:{port}/api"
        self.client = httpx2.Client(base_url=self.url)

    def wait_for_followers(self, count: int) -> None:
        """Wait until so many connections follow events or log lines."""
        deadline = time.monotonic() + 30
        while self.application._websockets.followers != count:
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def ask(self, method: str, path: str, **how: Any) -> Any:
        """Ask for something that succeeds, and return what is answered."""
        answer = self.client.request(method, path, **how)
        assert answer.is_success, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    @contextmanager
    def connect(self, path: str, token: str | None = None) -> Iterator[ClientConnection]:
        """Connect to a websocket as clients do, and shake hands."""
        with connect(self.websocket_url + path, subprotocols=[SUBPROTOCOL]) as connection:
            connection.send(json.dumps({"type": "auth", "token": token}))
            assert json.loads(connection.recv(10)) == {"type": "auth_success"}
            yield connection


@contextmanager
def serving(application: Application | None = None) -> Iterator[Served]:
    """Serve the application with the current settings, until the block ends."""
    application = application or Application(get_current_settings())
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", ws="websockets-sansio"))
    started = threading.Event()
    startup = server.startup

    async def start(sockets: list[socket.socket] | None = None) -> None:
        await startup(sockets=sockets)
        started.set()

    server.startup = start  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        assert started.wait(30)
        served = Served(application, listening.getsockname()[1])
        yield served
        served.client.close()
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()
