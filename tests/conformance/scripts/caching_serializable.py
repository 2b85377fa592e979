"""With a lock on its key a task is computed once, though two threads ask for it at the same time."""

import threading

from prefect import flow, task
from prefect.cache_policies import INPUTS
from prefect.locking.memory import MemoryLockManager
from prefect.transactions import IsolationLevel

calls: list[int] = []
begun = threading.Event()
LOCKED = INPUTS.configure(isolation_level=IsolationLevel.SERIALIZABLE, lock_manager=MemoryLockManager())


@task(cache_policy=LOCKED)
def compute(number: int) -> int:
    calls.append(number)
    begun.wait(0.5)
    return number * 2


@flow
def pipeline() -> None:
    futures = [compute.submit(3) for _ in range(3)]
    print([future.result() for future in futures], len(calls))
    print(sorted(future.state.name for future in futures))


if __name__ == "__main__":
    pipeline()
    for function in (lambda: 1, lambda number=2: number):
        try:
            print(
                task(function, cache_policy=INPUTS.configure(isolation_level=IsolationLevel.SERIALIZABLE))()
            )
        except Exception as error:
            print(type(error).__name__)
