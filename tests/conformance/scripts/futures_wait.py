"""`wait` splits futures into done and not done; `as_completed` gives them as they end."""

import threading

from prefect import flow, task
from prefect.futures import as_completed, wait

gate = threading.Event()


@task
def quick(number: int) -> int:
    return number


@task
def held() -> str:
    gate.wait(30)
    return "held"


@flow
def pipeline() -> None:
    quick_ones = [quick.submit(number) for number in range(3)]
    slow = held.submit()
    print(sorted(future.result() for future in as_completed(quick_ones)))
    done, not_done = wait([*quick_ones, slow], timeout=0.5)
    print(len(done), len(not_done), slow.state.is_final())
    gate.set()
    slow.wait()
    done, not_done = wait([*quick_ones, slow])
    print(len(done), len(not_done), slow.result())


if __name__ == "__main__":
    pipeline()
