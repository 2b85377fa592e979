"""Futures and states inside of collections, models and dataclasses are resolved before a task is called."""

from dataclasses import dataclass

from pydantic import BaseModel

from prefect import flow, task


@dataclass
class Pair:
    left: object
    right: object


class Model(BaseModel):
    value: object


@task
def one() -> int:
    return 1


@task
def show(value: object) -> str:
    return repr(value)


@flow
def pipeline() -> None:
    future = one.submit()
    state = one(return_state=True)
    values = [
        future,
        [future, state],
        {"key": (future, 2)},
        {"deep": [{"er": future}]},
        Pair(future, 2),
        Model(value=future),
        {1, 2},
    ]
    for value in values:
        print(show.submit(value).result())
    print(show(future), show(state), show([future]))


@flow
def child(value: int, values: list[int]) -> str:
    return f"{value} {values}"


@flow
def parent() -> str:
    future = one.submit()
    return child(future, [future, 2])


if __name__ == "__main__":
    pipeline()
    print(parent())
