"""Runs that were started directly, that last long, and that others want to stop. Arguments: which of them."""

from __future__ import annotations

import asyncio
import itertools
import sys
import threading
import time
from typing import Any

import prefect.backend.keeper
from prefect import flow, task
from prefect.exceptions import CancelledRun

LONG = 60
prefect.backend.keeper.GRACE = 2.0


def ready() -> None:
    """Say that the run is where it takes long."""
    print("ready", flush=True)


def tell(_flow: Any, _run: Any, state: Any) -> None:
    """Say in which state a hook was called."""
    print(f"hook {state.type.value}", flush=True)


def keep(**options: Any) -> Any:
    """Declare a flow with hooks that speak."""
    return flow(on_cancellation=[tell], on_crashed=[tell], on_failure=[tell], **options)


@task
def waits() -> None:
    """Block for long."""
    time.sleep(LONG)


@keep()
def sleeps() -> None:
    """Block, and clean up in the end."""
    ready()
    try:
        time.sleep(LONG)
    finally:
        print("cleaned up", flush=True)


@keep()
def waits_for_task() -> None:
    """Wait for a task in a thread."""
    future = waits.submit()
    ready()
    future.result()


@keep()
def inner() -> None:
    """Block in a subflow."""
    ready()
    time.sleep(LONG)


@keep()
def outer() -> None:
    """Call a subflow."""
    inner()


@keep()
async def awaits() -> None:
    """Await for long, and clean up in the end."""
    ready()
    try:
        await asyncio.sleep(LONG)
    finally:
        print("cleaned up", flush=True)


@keep()
async def blocks_its_loop() -> None:
    """Hold up the event loop."""
    ready()
    time.sleep(LONG)  # noqa: ASYNC251 - as programs do by mistake


@keep()
def turns() -> None:
    """Work without a pause."""
    ready()
    while True:
        time.sleep(0.01)


@keep()
def deaf() -> None:
    """Hold the interpreter in one call for very long."""
    ready()
    sum(itertools.repeat(0, 10**12))


@keep()
def busy() -> None:
    """Hold the interpreter for a while, and end well."""
    ready()
    began = time.monotonic()
    sum(itertools.repeat(0, 10**8))
    once = time.monotonic() - began
    sum(itertools.repeat(0, int(10**8 * 6 / once)))


@keep(retries=1, retry_delay_seconds=LONG)
def fails() -> None:
    """Fail, and wait to be tried again."""
    ready()
    raise ValueError("once")


def run(what: str) -> None:
    """Run a flow, in another thread if its name says so, and say what became of it."""
    name, _, where = what.partition("@")
    chosen = globals()[name]

    def call() -> None:
        try:
            asyncio.run(chosen()) if chosen.isasync else chosen()
        except CancelledRun as error:
            print(f"caught {error}", flush=True)
        else:
            print("done", flush=True)

    if where != "thread":
        call()
        return
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


if __name__ == "__main__":
    run(sys.argv[1])
    print("went on", flush=True)
