"""Async flows and tasks, and the async client."""

import asyncio

from claims import ENOUGH, holds, same, verdict

from prefect import flow, get_client, task
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName


@task
async def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


@flow(flow_run_name="compat-async-run")
async def compat_async(size: int) -> list[int]:
    """Run tasks one after another and side by side."""
    alone = await double(size)
    together = await asyncio.gather(*(double(number) for number in range(size)))
    submitted = double.submit(50)
    return [alone, *together, submitted.result()]


async def main() -> None:
    """Run the flow, then read what is recorded."""
    same("value", await compat_async(3), [6, 0, 2, 4, 100])
    async with get_client() as client:
        named = FlowRunFilter(name=FlowRunFilterName(any_=["compat-async-run"]))
        runs = await client.read_flow_runs(flow_run_filter=named)
        same("runs of that name", [run.state_name for run in runs], ["Completed"])
        counted: list[str] = []
        for _ in range(ENOUGH * 5):
            counted = [run.state_name for run in await client.read_task_runs(flow_run_filter=named)]
            if counted == ["Completed"] * 5:
                break
            await asyncio.sleep(0.2)
        same("task runs", counted, ["Completed"] * 5)
        holds("the server is healthy", await client.api_healthcheck() is None)
        holds("the server says its version", await client.api_version())


asyncio.run(main())
raise SystemExit(verdict())
