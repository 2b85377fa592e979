"""Async flows and tasks in sync flows, sync ones in async flows, and `run_coro`-free ways to call them."""

import asyncio
import inspect

from prefect import flow, task


@task
async def async_task(number: int) -> int:
    return number + 1


@task
def sync_task(number: int) -> int:
    return number + 2


@flow
async def async_child(number: int) -> int:
    return await async_task(number)


@flow
def sync_parent() -> list[int]:
    return [
        async_task.submit(1).result(),
        asyncio.run(async_child(1)),
        asyncio.run(async_task(5)),
    ]


@flow
async def async_parent() -> list[int]:
    state = await async_child(3, return_state=True)
    future = sync_task.submit(4)
    return [await state.aresult(), sync_task(3), future.result(), sync_child(2)]


@flow
def sync_child(number: int) -> int:
    return sync_task(number)


if __name__ == "__main__":
    print(sync_parent())
    print(asyncio.run(async_parent()))
    print(
        inspect.iscoroutinefunction(async_child.fn),
        async_child.isasync,
        sync_child.isasync,
        async_task.isasync,
    )
