"""Mapped tasks feed mapped tasks, element by element; one failure stops only what needs it."""

from prefect import flow, task


@task
def check(number: int) -> int:
    if number == 2:
        raise ValueError("two is bad")
    return number


@task
def double(number: int) -> int:
    return number * 2


@task
def add_up(numbers: list[int]) -> int:
    return sum(numbers)


@flow
def pipeline() -> None:
    good = double.map(check.map([1, 3, 4]))
    print(good.result(), add_up.submit(good).result())
    mixed = double.map(check.map([1, 2, 3]))
    mixed.wait()
    print([future.state.name for future in mixed])
    summed = add_up.submit(mixed)
    summed.wait()
    print(summed.state.type.value, summed.state.name)


if __name__ == "__main__":
    pipeline()
