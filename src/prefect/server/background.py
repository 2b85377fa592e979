"""A server in the background: started, found again by a file in the home, stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from prefect._processes import beginning_of
from prefect.exceptions import PrefectException

FILE = "server.pid"
LOG = "server.log"


@dataclass(frozen=True)
class BackgroundServer:
    """A server that was started in the background.

    Attributes:
        pid: Its process.
        began: What tells this process from others of the same number.
        url: Where its API is.
    """

    pid: int
    began: str | None
    url: str

    @property
    def is_there(self) -> bool:
        """Whether the process still runs."""
        return beginning_of(self.pid) == self.began and self.began is not None


def running_in_background(home: Path, name: str = FILE) -> BackgroundServer | None:
    """Return the server that runs in the background, if one does; forget one that has ended.

    Args:
        home: The home that remembers it.
        name: The file that does.
    """
    file = home / name
    try:
        server = BackgroundServer(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (TypeError, ValueError):
        file.unlink(missing_ok=True)  # not ours, or half written by a machine that went down
        return None
    if not server.is_there:
        file.unlink(missing_ok=True)
        return None
    return server


def start_in_background(
    arguments: Sequence[str],
    home: Path,
    url: str,
    *,
    command: Sequence[str] = ("server", "start"),
    name: str = FILE,
    log_name: str = LOG,
) -> tuple[BackgroundServer, subprocess.Popen[bytes]]:
    """Start `prefect server start` with these arguments, so that it goes on when this process ends.

    Args:
        arguments: The arguments after `prefect server start`.
        home: The home; it gets the file that remembers the server, and its log.
        url: Where its API will be.
        command: Another command of ours to start instead.
        name: The file that remembers it.
        log_name: The file that gets its log.
    """
    home.mkdir(parents=True, exist_ok=True)
    detached = 0x208 if os.name == "nt" else 0  # a process group of its own, and no console
    with (home / log_name).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "prefect", *command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            creationflags=detached,
            start_new_session=os.name != "nt",
        )
    server = BackgroundServer(process.pid, beginning_of(process.pid), url)
    waiting = home / f"{name}.{process.pid}"
    waiting.write_text(json.dumps(asdict(server)), encoding="utf-8")
    waiting.replace(home / name)
    return server, process


def stop(server: BackgroundServer, home: Path, *, patience: float = 30.0, name: str = FILE) -> None:
    """End a server and wait until it has committed everything.

    Args:
        server: The server.
        home: The home that remembers it.
        patience: How long to wait, in seconds.
        name: The file that does.

    Raises:
        PrefectException: It has not ended by then.
    """
    os.kill(server.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while server.is_there:
        if time.monotonic() > deadline:
            raise PrefectException(
                f"The server (process {server.pid}) has not ended after {patience:g} seconds. It may be busy with a "
                f"long request: wait and ask again, or end it with `kill -9 {server.pid}`; what it answered is kept."
            )
        time.sleep(0.05)
    (home / name).unlink(missing_ok=True)
