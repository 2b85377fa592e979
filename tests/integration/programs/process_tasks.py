"""Tasks for the tests of task runners: in a module of their own, which other processes can import."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from prefect import get_run_logger, runtime, task
from prefect.context import FlowRunContext, TagsContext
from prefect.settings import get_current_settings

IN_THIS_PROCESS = threading.Lock()
"""Cannot be pickled: who sends these tasks as values instead of by name fails."""


class Plain(Exception):
    """An exception that travels."""


class Odd(Exception):
    """An exception that cannot be read back: it is made of two things and gives one to its base class."""

    def __init__(self, one: object, two: object) -> None:
        super().__init__(f"odd {one} {two}")


@task
def whereabouts(note: str) -> dict[str, Any]:
    """Say a line, print one, and tell what is known here."""
    assert IN_THIS_PROCESS.acquire(timeout=5)
    IN_THIS_PROCESS.release()
    get_run_logger().info("logged %s", note)
    print("printed", note)
    context = FlowRunContext.get()
    return {
        "process": os.getpid(),
        "tags": sorted(TagsContext.get().current_tags),
        "flow_run": runtime.flow_run.id,
        "flow": context.flow.name if context else None,
        "parameters": context.parameters if context else None,
        "retries": get_current_settings().tasks.default_retries,
    }


@task
def double(number: int) -> int:
    return number * 2


@task
async def double_later(number: int) -> int:
    return number * 2


@task
def double_in_a_subtask(number: int) -> int:
    return double.submit(double(number)).result()


@task
async def sees_later() -> list[str]:
    """Tell the tags that code below an async task gets."""
    return sorted(TagsContext.get().current_tags)


@task
def fails(how: str) -> None:
    raise Plain(how) if how == "plain" else Odd(how, how)


@task
def returns_a_lock() -> Any:
    return threading.Lock()


@task
def is_killed() -> None:
    get_run_logger().info("last words")
    time.sleep(0.1)  # the log line is written behind
    os.kill(os.getpid(), signal.SIGKILL)


@task
def waits_for(path: Path) -> str:
    """Wait until a file appears."""
    path.with_suffix(".began").touch()
    for _ in range(3000):
        if path.exists():
            return "seen"
        time.sleep(0.01)
    raise TimeoutError(path)


@task
def fails_on(number: int, worst: int) -> int:
    if number == worst:
        raise ValueError(number)
    return number
