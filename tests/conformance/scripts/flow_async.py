"""An async flow awaits async tasks and calls sync ones."""

import asyncio

from prefect import flow, task


@task
async def fetch(number: int) -> int:
    await asyncio.sleep(0)
    return number * 10


@task
def double(number: int) -> int:
    return number * 2


@flow
async def pipeline(count: int) -> list[int]:
    fetched = await asyncio.gather(*(fetch(number) for number in range(count)))
    return [double(number) for number in fetched]


async def main() -> None:
    print(await pipeline(3))
    print(await asyncio.gather(pipeline(1), pipeline(2)))


if __name__ == "__main__":
    asyncio.run(main())
