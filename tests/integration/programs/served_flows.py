"""A runner in a process. Arguments, as JSON: options of the runner and the deployment; the point at which it dies."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.deployments.runner import RunnerDeployment
from prefect.runner.claims import Claims
from prefect.runner.execution import Execution
from prefect.runner.launching.starting import Launching
from prefect.runner.runner import Runner

DIARY = "DIARY"
"""The variable that names the file in which the flows say what happens."""


def note(*words: object) -> None:
    """Write a line into the diary: when, which process, what."""
    with Path(os.environ[DIARY]).open("a", encoding="utf-8") as diary:
        print(f"{time.time():.3f}", os.getpid(), *words, file=diary, flush=True)


def has_begun() -> bool:
    """Whether a flow has noted that it begins."""
    return "begun" in Path(os.environ[DIARY]).read_text(encoding="utf-8")


def cancelled(_flow: Any, _run: Any, state: Any) -> None:
    """Note that the hooks of cancelling were called."""
    note("hook", state.type.value)


def crashed(_flow: Any, _run: Any, state: Any) -> None:
    """Note that the hooks of crashes were called."""
    note("hook", state.type.value)


def sleeps() -> None:
    """Sleep until somebody ends it."""
    try:
        time.sleep(60)
    finally:
        note("cleaned up")


def ignores() -> None:
    """Ignore being asked to end, in C, with processes in and out of the group."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    others = [subprocess.Popen(["sleep", "61"]), subprocess.Popen(["sleep", "62"], start_new_session=True)]
    note("started", *(other.pid for other in others))
    time.sleep(60)


def goes_on() -> None:
    """Print and write until somebody ends it."""
    while True:
        print("still here")
        note("beat")
        time.sleep(0.05)


def prints() -> None:
    """Print on both streams."""
    print("a line")
    print("an error", file=sys.stderr)


WAYS: dict[str, Callable[[], object]] = {
    "end": lambda: None,
    "print": prints,
    "fail": lambda: 1 / 0,
    "sleep": sleeps,
    "ignore": ignores,
    "go on": goes_on,
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "leave": lambda: os._exit(0),
    "where": lambda: note("at", Path.cwd(), os.environ.get("EXTRA")),
}


@flow(on_cancellation=[cancelled], on_crashed=[crashed], log_prints=True)
def work(way: str = "end") -> None:
    """Do what is asked for."""
    note("begun", way)
    WAYS[way]()
    note("done", way)


def die_at(point: str) -> None:
    """Have this process killed when it comes to a point: after a claim, a start or a beat, or before a report."""
    owner, name, before = {
        "claim": (Claims, "claim", False),
        "spawn": (Launching, "start", False),
        "beat": (Claims, "renew", False),
        "report": (Execution, "_report", True),
    }[point]
    method: Any = getattr(owner, name)

    async def dies(*args: Any, **kwargs: Any) -> None:
        if not before:
            await method(*args, **kwargs)
        if point == "beat" and not has_begun():
            return  # a run that has not begun is given to another, where it goes on
        note("dies", point)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, dies)


def main(runner: dict[str, Any], deployment: dict[str, Any], point: str | None = None) -> None:
    """Serve the flow until the process is told to end, or dies at a point."""
    if point is not None:
        die_at(point)
    serving = Runner(name="tests", **runner)
    serving.grace_seconds = 1.0
    serving.add_deployment(RunnerDeployment.from_flow(work, name="served", **deployment))
    print("serving", flush=True)
    asyncio.run(serving.start())
    print("served", flush=True)


if __name__ == "__main__":
    main(*(json.loads(argument) for argument in sys.argv[1:]))
