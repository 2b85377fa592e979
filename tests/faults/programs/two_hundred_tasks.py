"""A flow of 200 tasks that notes in a side file when each task has ended. Arguments: the side file."""

from __future__ import annotations

import os
import sys
import time

from prefect import flow, task
from prefect.runtime import task_run

NOTES = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


@task
def step(_: int) -> str:
    """Take two milliseconds."""
    time.sleep(0.002)
    return str(task_run.id)


@flow(name="Two hundred")
def two_hundred() -> int:
    """Run 200 tasks one after the other."""
    for number in range(200):
        run_id = step(number)
        os.write(NOTES, f"{time.monotonic_ns()} {run_id}\n".encode())
    return 200


print(two_hundred())
