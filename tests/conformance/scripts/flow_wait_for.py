"""Flows wait for tasks whose results they do not take, and do not run after a failure."""

from prefect import allow_failure, flow, task

order: list[str] = []


@task
def step(name: str) -> str:
    order.append(name)
    return name


@task
def broken() -> None:
    raise ValueError("broken")


@flow
def child(name: str) -> str:
    order.append(name)
    return name


@flow
def parent() -> None:
    first = step.submit("first")
    print(child("second", wait_for=[first]), order)
    bad = broken.submit()
    state = child("never", wait_for=[bad], return_state=True)
    print(state.type.value, state.name)
    try:
        child("never", wait_for=[bad])
    except Exception as error:
        print(type(error).__name__)
    print(child("anyway", wait_for=[allow_failure(bad)]))


if __name__ == "__main__":
    print(parent(return_state=True).type.value, order)
