"""Async flows nest, run side by side, and call sync flows."""

import asyncio

from prefect import flow, task


@task
async def square(number: int) -> int:
    return number * number


@flow
def sync_child(number: int) -> int:
    return number + 100


@flow
async def async_child(number: int) -> int:
    return await square(number)


@flow
async def parent() -> list[int]:
    together = await asyncio.gather(async_child(1), async_child(2), async_child(3))
    return [*together, sync_child(4)]


if __name__ == "__main__":
    print(asyncio.run(parent()))
