"""Holds slots of a limit until it is stopped, or again and again while it keeps a ledger of that."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from prefect import flow, task
from prefect.concurrency._leases import ConcurrencyLeaseLost
from prefect.concurrency.sync import concurrency


def wait() -> None:
    """Say that the slots are held, and wait for whatever comes."""
    print("held", flush=True)
    while True:
        time.sleep(0.01)


def hold(lease_duration: str = "300") -> None:
    """Hold a slot."""
    with concurrency("limit", lease_duration=float(lease_duration)):
        wait()


def hold_strictly(lease_duration: str) -> None:
    """Hold a slot, and end when it is lost."""
    try:
        with concurrency("limit", lease_duration=float(lease_duration), strict=True):
            wait()
    except ConcurrencyLeaseLost:
        print("lost", flush=True)


@flow
def holding_flow() -> None:
    """Hold a slot in a flow."""
    hold()


@task(tags=["tag"])
def holding_task() -> None:
    """Hold a slot of a tag."""
    wait()


@flow
def flow_of_task() -> None:
    """Run a task that holds a slot of a tag."""
    holding_task()


def ledger(file: str, times: str) -> None:
    """Hold a slot again and again; a line of the ledger says when it is taken and when it is given back."""
    descriptor = os.open(Path(file), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    me = os.getpid()
    for _ in range(int(times)):
        with concurrency("limit"):
            os.write(descriptor, f"in {me}\n".encode())
            time.sleep(0.002)
            os.write(descriptor, f"out {me}\n".encode())


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
