"""A flow that goes on while its server is away. Arguments: a file that says when it may end."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from prefect import flow, get_run_logger, task


@task
def step(number: int) -> int:
    """Log a line."""
    get_run_logger().info("step %s", number)
    return number


@flow
def steps(end: Path) -> int:
    """Do steps until the file is there."""
    number = step(0)
    print("ready", flush=True)
    while not end.exists():
        number = step(number + 1)
        time.sleep(0.1)
    return number


print(steps(Path(sys.argv[1])), flush=True)
