"""Modules with a `main`, for the processes of the tests of launching: each is named by its function."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from prefect._engine.lifeline import attach, say_started


def main() -> None:
    """Do what the first argument names."""
    globals()[f"_{sys.argv[1]}"](*sys.argv[2:])


def _report(*_: str) -> None:
    print("here", Path.cwd())
    print("with", os.environ.get("GIVEN"), os.environ.get("TAKEN"))
    print(
        "arguments", sys.argv[2:], "alone", os.getsid(0) == os.getpid(), "threads", threading.active_count()
    )
    print("on stderr", file=sys.stderr)
    print("no end of line", end="")


def _exit(code: str) -> None:
    sys.exit(int(code) if code.isdigit() else code)


def _fail() -> None:
    raise ValueError("as it should")


def _die(number: str) -> None:
    os.kill(os.getpid(), int(number))
    time.sleep(60)


def _wait_for_the_end() -> None:
    attach(lambda: True)
    say_started()
    print("waiting", flush=True)
    time.sleep(60)


def _start_others() -> None:
    """Ignore being asked to end, and start a process in the group, one in a session of its own, and one below that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    others = [
        subprocess.Popen(["sleep", "61"]),
        subprocess.Popen(["sleep", "62"], start_new_session=True),
        subprocess.Popen(["sh", "-c", "sleep 63 & sleep 64"], start_new_session=True),
    ]
    print("started", *(other.pid for other in others), flush=True)
    time.sleep(60)


def _outlive(marker: str, ours: str) -> None:
    """Print for ever, and write down when this process is told that nobody looks after it."""
    attach(lambda: not Path(ours).exists())
    signal.signal(signal.SIGTERM, lambda *_: Path(marker).write_text("told to end", encoding="utf-8"))
    say_started()
    print("printing", flush=True)
    while True:
        print("x" * 1000, flush=True)
        time.sleep(0.001)


if __name__ == "__main__":
    main()
