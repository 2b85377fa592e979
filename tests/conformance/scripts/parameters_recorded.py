"""The run knows its parameters: as they were given, in the context and in `prefect.runtime`."""

from datetime import date
from enum import Enum

from pydantic import BaseModel

from prefect import flow, task
from prefect.context import FlowRunContext
from prefect.runtime import flow_run, task_run


class Colour(Enum):
    RED = "red"


class Model(BaseModel):
    number: int


@task
def inner(model: Model, day: date, pair: tuple[int, int]) -> None:
    print(task_run.parameters)
    print(flow_run.parameters["number"])


@flow
def pipeline(
    number: int, model: Model, day: date, pair: tuple[int, int], names: set[str], colour: Colour
) -> None:
    print(FlowRunContext.get().parameters)
    print(flow_run.parameters)
    inner(model, day, pair)


if __name__ == "__main__":
    pipeline("5", {"number": 1}, "2030-01-02", [1, 2], {"x"}, "red")
    pipeline(5, Model(number=1), date(2030, 1, 2), (1, 2), {"x"}, Colour.RED)
