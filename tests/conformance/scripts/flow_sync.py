"""A flow is a function: it takes arguments, calls tasks, returns a value, and is recorded."""

from prefect import flow, task


@task
def add(a: int, b: int = 1) -> int:
    return a + b


@flow
def total(numbers: list[int], *, start: int = 0) -> int:
    """Add numbers up."""
    for number in numbers:
        start = add(start, number)
    return add(start)


@flow(name="Named Flow", description="What it is for", version="7")
def named() -> str:
    return "done"


if __name__ == "__main__":
    print(total([1, 2, 3]), total([], start=10))
    print(named(), named.name, named.description, named.version)
    print(total.name, total.description, total.__name__, add.name)
