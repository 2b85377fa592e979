"""Parameters of flows are validated and coerced by their annotations."""

from datetime import date
from enum import Enum
from typing import Literal

from pydantic import BaseModel, Field

from prefect import flow


class Colour(Enum):
    RED = "red"


class Order(BaseModel):
    item: str
    count: int = Field(default=1, ge=1)


@flow
def take(
    number: int,
    order: Order,
    day: date = date(2020, 1, 1),
    colour: Colour = Colour.RED,
    mode: Literal["a", "b"] = "a",
    items: list[float] | None = None,
) -> None:
    print(repr(number), repr(order), repr(day), colour, mode, items)


@flow
def loose(anything, *more, **options) -> None:
    print(anything, more, options)


if __name__ == "__main__":
    take("5", {"item": "tea", "count": "2"}, day="2024-02-29", colour="red", items=["1", 2])
    take(1, Order(item="x"), mode="b")
    loose(1, 2, 3, four=4)
