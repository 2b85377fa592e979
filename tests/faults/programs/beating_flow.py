"""A flow that writes down who executes it and under which fence, while it does."""

from __future__ import annotations

import os
import time
from pathlib import Path

from prefect import flow, get_run_logger, task


@task
def beat(number: int) -> int:
    """Do a tenth of a second's work."""
    time.sleep(0.1)
    return number


@flow
def beating(ledger: str, beats: int = 10) -> int:
    """Beat, and write each beat down under the fence of this execution."""
    fence = os.environ["PREFECT__FLOW_RUN_FENCE"]
    logger = get_run_logger()
    for number in range(beats):
        with Path(ledger).open("a") as file:
            file.write(f"{fence} {os.getpid()} {time.monotonic()}\n")
        logger.info("fence %s", fence)
        beat(number)
    return beats
