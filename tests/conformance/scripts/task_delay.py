"""A delayed task is recorded as scheduled and left for whoever serves tasks."""

from prefect import flow, task


@task
def later(number: int) -> int:
    print("never called here")
    return number


@flow
def pipeline() -> str:
    return later.delay(2).state.name


if __name__ == "__main__":
    future = later.delay(1)
    print(type(future).__name__, future.state.type.value, future.state.name)
    print(pipeline())
    print(later.apply_async(args=(3,), kwargs={}).state.type.value)
    future.wait(timeout=0.2)
    print(future.state.is_final())
