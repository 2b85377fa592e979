"""Persisted results of many kinds come back as they were: models, dates, bytes, sets, exceptions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import BaseModel

from prefect import flow, task
from prefect.cache_policies import INPUTS


class Model(BaseModel):
    number: int
    when: datetime


@dataclass
class Pair:
    left: int
    right: str


VALUES = {
    "model": Model(number=1, when=datetime(2030, 1, 2, tzinfo=UTC)),
    "pair": Pair(1, "x"),
    "date": date(2030, 1, 2),
    "bytes": b"\x00\xff",
    "set": {1, 2},
    "error": ValueError("a value"),
    "nested": {"list": [1, (2, 3)], "none": None},
}


@task(cache_policy=INPUTS)
def give(name: str) -> object:
    return VALUES[name]


@task(cache_policy=INPUTS, result_serializer="json")
def give_json(name: str) -> object:
    return VALUES[name]


@flow
def pipeline() -> None:
    for name in VALUES:
        first, second = give(name, return_state=True), give(name, return_state=True)
        found = [state.result(raise_on_failure=False) for state in (first, second)]
        print(name, first.name, second.name, *map(repr, found))
    for name in ("model", "date", "nested"):
        first, second = give_json(name, return_state=True), give_json(name, return_state=True)
        print(name, first.name, second.name, repr(second.result()))


if __name__ == "__main__":
    pipeline()
