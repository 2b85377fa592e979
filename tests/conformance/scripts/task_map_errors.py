"""Map refuses iterables of different lengths, and calls without an iterable."""

from prefect import flow, task, unmapped


@task
def add(a: int, b: int) -> int:
    return a + b


@flow
def pipeline() -> None:
    for arguments in ([[1, 2], [1, 2, 3]], [1, 2], [unmapped([1]), unmapped([2])]):
        try:
            add.map(*arguments)
        except Exception as error:
            print(type(error).__name__)
    print(add.map([], []).result())


if __name__ == "__main__":
    pipeline()
