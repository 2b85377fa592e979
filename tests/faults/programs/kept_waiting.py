"""A flow that says "ready", waits for a line, and then has a lot to write. Run by its entrypoint."""

from __future__ import annotations

import sys

from prefect import flow, get_run_logger, task


@task
def step(number: int) -> int:
    """Log a line."""
    get_run_logger().info("step %s", number)
    return number


@flow
def kept_waiting() -> int:
    """Wait for a line, then do steps."""
    step(0)
    print("ready", flush=True)
    sys.stdin.readline()
    return sum(step(number) for number in range(1, 4))
