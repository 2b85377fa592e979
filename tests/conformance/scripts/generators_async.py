"""Async generators are tasks and flows."""

import asyncio

from prefect import flow, task


@task
async def count(limit: int):
    for number in range(limit):
        await asyncio.sleep(0)
        yield number


@flow
async def numbers(limit: int):
    async for number in count(limit):
        yield number * 10


@flow
async def failing():
    yield 1
    raise ValueError("after one")


async def main() -> None:
    print([number async for number in numbers(3)])
    try:
        async for number in failing():
            print("got", number)
    except ValueError as error:
        print("raised", error)


if __name__ == "__main__":
    asyncio.run(main())
