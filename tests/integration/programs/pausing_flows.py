"""Flows that pause and are suspended, for the tests that resume them from another process."""

from __future__ import annotations

import time
from pathlib import Path

from prefect import flow, pause_flow_run, suspend_flow_run, task
from prefect.input import RunInput


class Approval(RunInput):
    """What a person answers."""

    approved: bool


@task(persist_result=True)
def build(part: int) -> int:
    """Say that a part is built, and return its number."""
    print("building", part, flush=True)
    return part


@flow
def pausing() -> None:
    """Pause between two parts."""
    build(1)
    approval = pause_flow_run(wait_for_input=Approval, timeout=60)
    print("approved", approval.approved, flush=True)


@flow(persist_result=True)
def suspending() -> int:
    """Be suspended between two parts, twice."""
    first = build(1)
    suspend_flow_run(timeout=60)
    second = build(2)
    approval = suspend_flow_run(wait_for_input=Approval, timeout=60, key="approval")
    print("approved", approval.approved, flush=True)
    return first + second


@flow
async def suspending_async() -> None:
    """Be suspended once."""
    await suspend_flow_run()
    print("after", flush=True)


@flow
def stepping(stop: str) -> None:
    """Take small steps until the file exists."""
    print("begins", flush=True)
    while not Path(stop).exists():
        build(1)
        time.sleep(0.02)
    print("stops", flush=True)
