"""Flows in flows have task runners of their own; tasks of the child may wait for futures of the parent."""

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner


@task
def add(a: int, b: int) -> int:
    return a + b


@task
def add_submitting(a: int) -> int:
    return add.submit(a, 1).result() + sum(add.map([1, 2], a).result())


@flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
def child(value: int) -> int:
    return sum(add.map([value] * 3, [1, 2, 3]).result())


@flow(task_runner=ThreadPoolTaskRunner(max_workers=2))
def parent() -> int:
    first = add.submit(1, 1)
    found = child(first)
    return add_submitting.submit(found).result()


if __name__ == "__main__":
    print(parent())
    print(type(parent.task_runner).__name__, type(flow(lambda: 1, name="x").task_runner).__name__)
