"""A task that times out is retried like one that fails."""

import time

from prefect import flow, task

calls: list[int] = []


@task(timeout_seconds=0.3, retries=1)
def slow_once() -> str:
    calls.append(1)
    if len(calls) == 1:
        time.sleep(5)
    return "in time"


@flow
def pipeline() -> str:
    return slow_once()


if __name__ == "__main__":
    print(pipeline(), len(calls))
