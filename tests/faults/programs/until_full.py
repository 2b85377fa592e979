"""A flow that records more than the disk holds."""

from __future__ import annotations

from prefect import flow, get_run_logger, task


@task
def talk() -> None:
    """Write a long line."""
    get_run_logger().info("x" * 20_000)


@flow(name="Until full")
def until_full() -> int:
    """Write ten megabytes of lines."""
    for _ in range(500):
        talk()
    return 500


print(until_full())
