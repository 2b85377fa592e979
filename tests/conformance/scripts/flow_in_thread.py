"""Flows run in threads, side by side, and from an async program in a thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from prefect import flow, task


@task
def add(number: int) -> int:
    return number + 1


@flow
def pipeline(number: int) -> int:
    return add(number) + add.submit(number).result()


@flow
async def from_async() -> int:
    return await asyncio.to_thread(pipeline, 10)


if __name__ == "__main__":
    with ThreadPoolExecutor(3) as pool:
        print(list(pool.map(pipeline, range(3))))
    print(asyncio.run(from_async()))
