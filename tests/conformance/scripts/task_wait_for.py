"""A task may wait for tasks whose results it does not take."""

from prefect import flow, task

order: list[str] = []


@task
def step(name: str) -> str:
    order.append(name)
    return name


@task
def broken() -> None:
    raise RuntimeError("no")


@flow
def pipeline() -> None:
    first = step.submit("first")
    second = step.submit("second", wait_for=[first])
    third = step.submit("third", wait_for=[second, first])
    third.wait()
    print(order)
    bad = broken.submit()
    never = step.submit("never", wait_for=[bad])
    never.wait()
    print(never.state.type.value, never.state.name)
    state = step("direct", wait_for=[bad], return_state=True)
    print(state.type.value, state.name)
    print(order)


if __name__ == "__main__":
    pipeline()
