"""A result that cannot be serialised: persisted or not."""

import threading

from prefect import flow, task


@task(persist_result=True)
def lock() -> object:
    return threading.Lock()


@task
def unpersisted() -> object:
    return threading.Lock()


@flow
def pipeline() -> None:
    print(type(unpersisted()).__name__)
    state = lock(return_state=True)
    print(state.type.value, state.name)
    value = state.result(raise_on_failure=False)
    print(type(value).__name__)


if __name__ == "__main__":
    state = pipeline(return_state=True)
    print(state.type.value)
