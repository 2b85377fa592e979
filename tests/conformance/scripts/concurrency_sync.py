"""`concurrency` lets no more in than a global limit has slots."""

import threading

from prefect import flow, task
from prefect.concurrency.sync import concurrency
from prefect.futures import wait

inside = 0
most = 0
lock = threading.Lock()


@task
def guarded(number: int) -> int:
    global inside, most
    with concurrency("conformance-unlimited", occupy=1):
        with lock:
            inside += 1
            most = max(most, inside)
        with lock:
            inside -= 1
    return number


@flow
def pipeline() -> None:
    print(sorted(guarded.map(range(5)).result()))
    try:
        with concurrency("conformance-strict", strict=True):
            print("never")
    except Exception as error:
        print(type(error).__name__)
    with concurrency(["conformance-a", "conformance-b"]):
        print("both")
    with concurrency([]):
        print("none")
    wait(guarded.map(range(2)))


if __name__ == "__main__":
    pipeline()
    with concurrency("conformance-outside"):
        print("outside of a flow")
