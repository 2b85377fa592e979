"""`ThreadPoolTaskRunner` runs as many tasks at once as it has workers; it can be used by itself in a flow."""

import threading

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner

barrier = threading.Barrier(3, timeout=20)
threads: set[str] = set()


@task
def together(number: int) -> int:
    barrier.wait()
    return number


@task
def alone() -> bool:
    threads.add(threading.current_thread().name)
    return threading.current_thread() is threading.main_thread()


@flow(task_runner=ThreadPoolTaskRunner(max_workers=3))
def three() -> list[int]:
    return together.map([1, 2, 3]).result()


@flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
def one() -> None:
    print([future.result() for future in [alone.submit(), alone.submit()]])
    print(len(threads), alone())


if __name__ == "__main__":
    print(three())
    one()
    print(ThreadPoolTaskRunner(max_workers=4) == ThreadPoolTaskRunner(max_workers=4))
    print(type(three.task_runner).__name__)
