"""Futures in an async flow: waiting without blocking, many at once, in the order of their ends."""

import asyncio

from prefect import flow, task
from prefect.futures import as_completed, wait


@task
async def square(number: int) -> int:
    await asyncio.sleep(0.01)
    return number * number


@task
def fails() -> None:
    raise ValueError("x")


@flow
async def pipeline() -> None:
    futures = [square.submit(number) for number in range(4)]
    print(sorted(future.result() for future in as_completed(futures)))
    done, rest = wait(square.map([5, 6]))
    print(len(done), len(rest))
    bad = fails.submit()
    bad.wait()
    print(bad.state.name, await asyncio.to_thread(futures[3].result))
    print(await asyncio.gather(*(square(number) for number in range(3))))


if __name__ == "__main__":
    print(asyncio.run(pipeline(return_state=True)).name)
