"""A server as a person starts it, of either package, in a home of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

ENOUGH = 180
"""How many seconds a server may take to start or stop on a very slow machine."""


def settings(home: Path, **more: str) -> dict[str, str]:
    """Return the environment for a process of either package: a home of its own and no settings from outside."""
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PREFECT_") and name not in {"PYTHONPATH", "PYTHONHOME"}
    }
    return outside | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"} | more


class Server:
    """`prefect server start`, from entering to leaving.

    Args:
        python: The interpreter that has the package.
        home: Its home; what it writes on the terminal is kept beside it.
    """

    def __init__(self, python: Path, home: Path) -> None:
        self._python = python
        self._home = home
        self.log = home.with_suffix(".log")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/api"

    def __enter__(self) -> Server:
        """Start it, and return when it answers."""
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [self._python, "-m", "prefect", "server", "start", "--port", str(self._port)],
                env=settings(
                    self._home,
                    # Off by default: without them nobody is sent the logs that are written.
                    PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED="true",
                    PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED="true",
                ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + ENOUGH
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                raise RuntimeError(
                    f"{self._python} -m prefect server start does not answer:\n{self.log.read_text()}"
                )
            time.sleep(0.2)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it, and return when it has ended."""
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5):  # noqa: S310 - the server just started
                return True
        except (OSError, urllib.error.URLError):
            return False
