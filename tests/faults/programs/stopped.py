"""Runs that say "ready" and then take long, to be stopped by a signal. Arguments: which of them."""

from __future__ import annotations

import asyncio
import sys
import time

from prefect import flow, task

LONG = 60


def ready() -> None:
    """Say that the run is where it takes long."""
    print("ready", flush=True)


@task
def slow() -> None:
    """Block for long."""
    ready()
    time.sleep(LONG)


@task
async def aslow() -> None:
    """Await for long."""
    ready()
    await asyncio.sleep(LONG)


@flow
def flow_blocks() -> None:
    """Block in the flow itself."""
    ready()
    time.sleep(LONG)


@flow
def task_blocks() -> None:
    """Block in a task in the flow's thread."""
    slow()


@flow
def waits_for_thread() -> None:
    """Wait for a task in a thread."""
    slow.submit().result()


@flow
def leaves_thread() -> None:
    """Return while a task is still running in a thread."""
    slow.submit()


@flow
def subflow_blocks() -> None:
    """Block in a subflow."""
    flow_blocks()


@flow
async def flow_awaits() -> None:
    """Await in the flow itself."""
    ready()
    await asyncio.sleep(LONG)


@flow
async def task_awaits() -> None:
    """Await a task."""
    await aslow()


@flow
async def leaves_async_task() -> None:
    """Return while an async task is still running in a thread."""
    aslow.submit()


outcome = globals()[sys.argv[1]]()
if asyncio.iscoroutine(outcome):
    asyncio.run(outcome)
