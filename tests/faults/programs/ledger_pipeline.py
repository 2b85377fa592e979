"""A flow of a hundred persisted steps, each of which writes a line to a ledger when it begins and when it ends."""

from __future__ import annotations

import os
import sys

from prefect import flow, task


def note(line: str) -> None:
    """Append a line to the ledger so that it survives the process."""
    ledger = os.open(os.environ["LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(ledger, f"{line}\n".encode())
    os.fsync(ledger)
    os.close(ledger)


@task(persist_result=True)
def step(number: int, before: int) -> int:
    """Do a step that must not be done twice once it is done."""
    note(f"begin {number}")
    return before + 1


@flow
def pipeline(steps: int = 100) -> int:
    """Do one step after the other."""
    done = 0
    for number in range(steps):
        done = step(number, done)
    note(f"whole {done}")
    return done


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    pipeline()
