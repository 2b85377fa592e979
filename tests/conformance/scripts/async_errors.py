"""Errors, cancellation and retries of async flows and tasks."""

import asyncio

from prefect import flow, task

calls: list[int] = []


@task(retries=1, retry_delay_seconds=0.05)
async def flaky() -> str:
    calls.append(1)
    if len(calls) == 1:
        raise ValueError("first")
    return "second"


@task
async def broken() -> None:
    raise LookupError("lost")


@flow
async def pipeline() -> str:
    found = await asyncio.gather(flaky(), broken(), return_exceptions=True)
    print([repr(each) for each in found])
    return await flaky()


@flow
async def cancelled(begun: asyncio.Event) -> None:
    begun.set()
    await asyncio.sleep(30)


async def main() -> None:
    print(await pipeline())
    begun = asyncio.Event()
    running = asyncio.create_task(cancelled(begun))
    await begun.wait()
    running.cancel()
    try:
        await running
    except asyncio.CancelledError as error:
        print(type(error).__name__)


if __name__ == "__main__":
    asyncio.run(main())
