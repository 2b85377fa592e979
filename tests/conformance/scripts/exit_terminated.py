"""SIGTERM ends a flow at once; the script dies of the signal or says so with its exit code."""

import os
import signal
import time

from prefect import flow, task


@task
def step() -> int:
    return 1


@flow
def pipeline() -> None:
    step()
    print("before", flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(20)
    print("never", flush=True)


if __name__ == "__main__":
    pipeline()
