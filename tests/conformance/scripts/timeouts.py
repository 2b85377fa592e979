"""Tasks and flows end as TimedOut when their time is up."""

import asyncio
import time

from prefect import flow, task


@task(timeout_seconds=0.3)
def slow() -> None:
    time.sleep(2)


@task(timeout_seconds=0.3)
async def slow_async() -> None:
    await asyncio.sleep(10)


@task(timeout_seconds=20)
def quick() -> str:
    return "quick"


@flow(timeout_seconds=0.5)
def slow_flow() -> None:
    time.sleep(2)


@flow(timeout_seconds=0.5)
async def slow_async_flow() -> None:
    await asyncio.sleep(10)


@flow
def pipeline() -> None:
    print(quick())
    state = slow(return_state=True)
    print(state.type.value, state.name)
    future = slow.submit()
    future.wait()
    print(future.state.name)
    try:
        slow()
    except TimeoutError as error:
        print(type(error).__name__)


@flow
async def async_pipeline() -> None:
    state = await slow_async(return_state=True)
    print(state.type.value, state.name)


if __name__ == "__main__":
    pipeline()
    asyncio.run(async_pipeline())
    for each in (slow_flow, slow_async_flow):
        state = each(return_state=True)
        state = asyncio.run(state) if asyncio.iscoroutine(state) else state
        print(state.type.value, state.name)
        try:
            state.result()
        except TimeoutError as error:
            print(type(error).__name__)
