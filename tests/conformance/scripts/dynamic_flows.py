"""Flows and tasks are made at run time, in loops and functions, recursively, from lambdas and partials."""

from functools import partial

from prefect import flow, task


def make(name: str, factor: int):
    @task(name=name)
    def scale(number: int) -> int:
        return number * factor

    return scale


@flow
def countdown(number: int) -> list[int]:
    return [number, *countdown(number - 1)] if number else [0]


@task
def factorial(number: int) -> int:
    return number * factorial(number - 1) if number > 1 else 1


@flow
def pipeline() -> None:
    print([make(f"times {factor}", factor)(2) for factor in (1, 2, 3)])
    print(task(lambda x: x + 1, name="plus one")(1))
    print(countdown(3), factorial(4))
    print(flow(make("plain", 5).fn, name="as a flow")(3))
    try:
        print(task(partial(int, base=2), name="binary")("101"))
    except Exception as error:
        print(type(error).__name__)


class Callable:
    def __call__(self, number: int) -> int:
        return number + 7


if __name__ == "__main__":
    pipeline()
    try:
        print(task(Callable(), name="callable")(1))
    except Exception as error:
        print(type(error).__name__)
