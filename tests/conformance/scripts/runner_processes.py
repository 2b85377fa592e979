"""`ProcessPoolTaskRunner` runs tasks in other processes."""

import os

from prefect import flow, task
from prefect.task_runners import ProcessPoolTaskRunner


@task
def where(number: int) -> tuple[int, bool]:
    return number * 2, os.getpid() == int(os.environ["CONFORMANCE_PARENT"])


@task
def total(found: list[tuple[int, bool]]) -> int:
    return sum(number for number, _ in found)


@task
def broken() -> None:
    raise ValueError("in a process")


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def pipeline() -> int:
    found = where.map([1, 2, 3])
    print(found.result())
    bad = broken.submit()
    bad.wait()
    print(bad.state.type.value, bad.state.message)
    return total.submit(found).result()


if __name__ == "__main__":
    os.environ["CONFORMANCE_PARENT"] = str(os.getpid())
    print(pipeline())
