"""A program that serves a flow of three steps for journeys in the browser; what it does it notes in a diary.

The variable `STEPS` names the folder of the diary. The last step fails until the file `disk-is-free` stands there,
and the one before goes on while there is no file `hold`.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from prefect import flow, get_run_logger, task

FOLDER = Path(os.environ["STEPS"])


def note(step: str) -> None:
    """Write a line into the diary."""
    with (FOLDER / "diary").open("a", encoding="utf-8") as diary:
        print(step, file=diary, flush=True)


@task
def extract() -> list[int]:
    """Read something."""
    note("extract")
    return [1000, 2000, 3000]


@task
def transform(rows: list[int]) -> int:
    """Make something of it, when nobody holds it up."""
    note("transform")
    (FOLDER / "process").write_text(str(os.getpid()), encoding="utf-8")
    while (FOLDER / "hold").exists():
        time.sleep(0.05)  # it is held up by a file, of which nothing tells
    return sum(rows)


@task
def load(total: int) -> None:
    """Put it where there is room, as soon as there is."""
    note("load")
    get_run_logger().info("there are %d", total)
    if not (FOLDER / "disk-is-free").exists():
        raise OSError("the disk is full")


@flow(persist_result=True)
def steps() -> None:
    """Read, make and put."""
    load(transform.submit(extract.submit()))


if __name__ == "__main__":
    steps.serve(name="served", pause_on_shutdown=False)
