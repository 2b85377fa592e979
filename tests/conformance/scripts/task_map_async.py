"""Async tasks are mapped and submitted too; their futures are waited for without await."""

import asyncio

from prefect import flow, task


@task
async def square(number: int) -> int:
    await asyncio.sleep(0.001)
    return number * number


@flow
async def async_pipeline() -> list[int]:
    futures = square.map([1, 2, 3])
    one = square.submit(9)
    return [*futures.result(), one.result()]


@flow
def sync_pipeline() -> list[int]:
    return square.map([4, 5]).result()


if __name__ == "__main__":
    print(asyncio.run(async_pipeline()))
    print(sync_pipeline())
