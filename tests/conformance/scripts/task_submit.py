"""Submitted tasks run in threads; futures know their results and states, and carry dependencies."""

from prefect import flow, task


@task
def one() -> int:
    return 1


@task
def add(a: int, b: int) -> int:
    return a + b


@task
def total(numbers: list[int]) -> int:
    return sum(numbers)


@flow
def pipeline() -> int:
    first = one.submit()
    second = add.submit(first, 10)
    third = add.submit(second, b=first)
    nested = total.submit([first, second, third])
    print(first.result(), second.result(), third.result(), nested.result())
    print(first.state.name, third.state.type.value, nested.state.is_completed())
    return nested


if __name__ == "__main__":
    print(pipeline())
