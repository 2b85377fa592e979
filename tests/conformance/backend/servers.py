"""A server as a person starts it, that can be stopped, killed and started again in the same place."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

ENOUGH = 60
"""How many seconds a server may take to start or stop on a very slow machine."""


class Server:
    """`prefect server start`, in a home of its own.

    Args:
        home: The home.
        database: The URL of its database, if not the file in the home.
    """

    def __init__(self, home: Path, database: str | None = None) -> None:
        self.home = home
        self._database = database
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self._process: subprocess.Popen[bytes] | None = None
        self.log = home.with_suffix(".log")

    def start(self) -> None:
        """Start it, and return when it answers."""
        settings = {"PREFECT_HOME": str(self.home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        if self._database is not None:
            settings["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = self._database
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "server", "start", "--port", str(self.port)],
                env=outside | settings,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + ENOUGH
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end, and return when it has."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(ENOUGH)
            self._process = None

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(ENOUGH)
            self._process = None

    def signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        if self._process is not None:
            self._process.send_signal(number)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=1):  # noqa: S310 - our own server
                return True
        except (OSError, urllib.error.URLError):
            return False


def _free_port() -> int:
    """Return a free port that the system does not give to outgoing connections, so that it is free again later."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
