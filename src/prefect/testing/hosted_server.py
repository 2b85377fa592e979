"""A server for tests, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from urllib.error import URLError

PATIENCE = 60.0
"""How long, in seconds, a server may take to answer."""


@contextmanager
def hosted_server(port: int, database_url: str | None = None) -> Generator[str]:
    """Serve the API at a port of this machine until the block ends, and give its address.

    Args:
        port: A port that nobody listens at.
        database_url: The database of the server; by default the one that is set.

    Raises:
        RuntimeError: The server ended, or did not answer in time; the message has what it wrote.
    """
    environment = {**os.environ, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    environment.pop("PREFECT_API_URL", None)
    if database_url is not None:
        environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database_url
    command = [sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"]
    command += [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "error",
        "--ws",
        "websockets-sansio",
    ]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)  # noqa: S603 - our own server
    url = f"http://127.0.0.1:{port}/api"
    try:
        _wait_until_it_answers(process, url)
        yield url
    finally:
        if process.returncode is None:
            process.terminate()
            process.communicate()


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str) -> None:
    latest = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):  # noqa: S310 - an address of this machine
                return
        except (URLError, OSError) as error:
            if process.poll() is not None or time.monotonic() > latest:
                process.kill()
                told = process.communicate()[1].decode("utf-8", "replace")
                raise RuntimeError(
                    f"The server at {url} did not begin to answer. It wrote: {told}"
                ) from error
            time.sleep(0.05)
