"""Waiting for a future with a time limit; asking for a failed result; callbacks."""

import threading

from prefect import flow, task

gate = threading.Event()
called = threading.Event()


@task
def held() -> int:
    gate.wait(30)
    return 5


@task
def bad() -> None:
    raise KeyError("missing")


@flow
def pipeline() -> None:
    future = held.submit()
    future.wait(timeout=0.2)
    print(future.state.is_final())
    try:
        future.result(timeout=0.2)
    except TimeoutError as error:
        print(type(error).__name__)
    future.add_done_callback(lambda done: called.set())
    gate.set()
    print(future.result(), called.wait(10))
    failed = bad.submit()
    print(repr(failed.result(raise_on_failure=False)))
    try:
        failed.result()
    except KeyError as error:
        print("raised", error)


if __name__ == "__main__":
    pipeline()
