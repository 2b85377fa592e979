"""A flow whose time is up while a task or a subflow runs."""

import asyncio

from prefect import flow, task


@task
async def slow() -> None:
    await asyncio.sleep(5)


@flow
async def slow_child() -> None:
    await asyncio.sleep(5)


@flow(timeout_seconds=1)
async def with_task() -> None:
    await slow()


@flow(timeout_seconds=1)
async def with_child() -> None:
    await slow_child()


@flow
async def parent() -> list[str]:
    states = [await each(return_state=True) for each in (with_task, with_child)]
    return [f"{state.type.value} {state.name}" for state in states]


if __name__ == "__main__":
    print(asyncio.run(parent()))
