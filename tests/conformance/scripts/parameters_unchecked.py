"""`validate_parameters=False` passes parameters as they are."""

from prefect import flow, task


@flow(validate_parameters=False)
def loose(number: int) -> None:
    print(repr(number))


@task
def untouched(number: int) -> str:
    return repr(number)


@flow
def pipeline() -> None:
    print(untouched("5"))


@flow
def mutable(items: list[int]) -> None:
    items.append(4)
    print(items)


if __name__ == "__main__":
    loose("many")
    pipeline()
    mine = [1, 2]
    mutable(mine)
    print(mine)
