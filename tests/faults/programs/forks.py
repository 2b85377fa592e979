"""Processes that fork around flows. Arguments: which of them."""

from __future__ import annotations

import multiprocessing
import os
import sys

from prefect import flow, get_run_logger, task


@task
def step(number: int) -> int:
    """Do next to nothing."""
    return number


@flow
def small(number: int) -> int:
    """Run one task."""
    return step(number)


def in_child(number: int) -> None:
    """Run a flow in a forked child, which ends without any cleaning up."""
    if child := os.fork():
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return
    code = 1
    try:
        assert small(number) == number
        code = 0
    finally:
        os._exit(code)


def after_a_flow() -> None:
    """Fork when a flow has run, twice, then run another one."""
    small(1)
    in_child(2)
    in_child(3)
    small(4)


@flow
def forking() -> None:
    """Fork inside a flow run."""
    step(1)
    in_child(2)
    step(3)


def child_logs(number: int) -> None:
    """Write a line and run a task, as the function of a child process."""
    get_run_logger().info("from the child")
    step(number)


@flow
def multiprocess() -> None:
    """Start a child process with multiprocessing inside a flow run."""
    step(1)
    child = multiprocessing.get_context("fork").Process(target=child_logs, args=(2,))
    child.start()
    child.join()
    assert child.exitcode == 0


def loose_task_in_child() -> None:
    """Run a task without a flow in a child that ends without any cleaning up."""
    step(1)
    child = multiprocessing.get_context("fork").Process(target=step, args=(2,))
    child.start()
    child.join()
    assert child.exitcode == 0


globals()[sys.argv[1]]()
