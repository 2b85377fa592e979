"""Tasks run outside of flows: called and retried, but not submitted nor mapped."""

import asyncio

from prefect import task
from prefect.context import FlowRunContext, TaskRunContext

calls: list[int] = []


@task(retries=1)
def flaky(number: int) -> int:
    calls.append(number)
    if len(calls) == 1:
        raise ValueError("first")
    return number


@task
def outer() -> int:
    return inner(5) + 1


@task
def inner(number: int) -> int:
    return number


@task
async def slow(number: int) -> int:
    await asyncio.sleep(0)
    return number


if __name__ == "__main__":
    print(flaky(1), calls)
    print(outer())
    for refused in (lambda: inner.submit(3), lambda: inner.map([1, 2])):
        try:
            refused()
        except RuntimeError as error:
            print(type(error).__name__)
    print(asyncio.run(slow(4)))
    print(inner(6, return_state=True).name, FlowRunContext.get(), TaskRunContext.get())
