"""Failures are not cached; empty and false results are; a cached run is not retried."""

from prefect import flow, task
from prefect.cache_policies import INPUTS

calls: list[str] = []


@task(cache_policy=INPUTS)
def give(value: object) -> object:
    calls.append(f"give {value}")
    return value


@task(cache_policy=INPUTS)
def fails(number: int) -> None:
    calls.append("fails")
    raise ValueError("x")


@task(cache_policy=INPUTS, retries=1)
def second_time(number: int) -> int:
    calls.append("second time")
    if calls.count("second time") == 1:
        raise ValueError("x")
    return number


@flow
def pipeline() -> None:
    for value in (None, 0, "", [], False):
        first, second = give(value, return_state=True), give(value, return_state=True)
        print(repr(value), first.name, second.name, repr(second.result()))
    print([fails(1, return_state=True).name for _ in range(2)])
    print([second_time(1, return_state=True).name for _ in range(2)])


if __name__ == "__main__":
    pipeline()
    print(calls)
