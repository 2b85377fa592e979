"""Events and logs that arrive while one listens to the server."""

import asyncio

from claims import ENOUGH, same, verdict

from prefect import flow, get_run_logger
from prefect.client.schemas.filters import LogFilter, LogFilterLevel
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.logging.clients import get_logs_subscriber


@flow(flow_run_name="compat-heard-run")
async def compat_heard() -> str:
    """Say something loud."""
    get_run_logger().error("compat is loud")
    return "done"


async def heard_event() -> str:
    """Return the name of the event that tells of the flow's end."""
    told = EventFilter(event=EventNameFilter(name=["prefect.flow-run.Completed"]))
    async with get_events_subscriber(filter=told) as events:
        running = asyncio.create_task(compat_heard())
        async for event in events:
            if event.resource.name == "compat-heard-run":
                same("value", await running, "done")
                return event.event
    return "nothing"


async def heard_log() -> str:
    """Return the message that was logged."""
    async with get_logs_subscriber(filter=LogFilter(level=LogFilterLevel(ge_=40))) as logs:
        running = asyncio.create_task(compat_heard())
        async for log in logs:
            if log.message == "compat is loud":
                await running
                return log.message
    return "nothing"


async def main() -> None:
    """Listen to one, then to the other."""
    same(
        "the event that was heard",
        await asyncio.wait_for(heard_event(), ENOUGH),
        "prefect.flow-run.Completed",
    )
    same("the log that was heard", await asyncio.wait_for(heard_log(), ENOUGH), "compat is loud")


asyncio.run(main())
raise SystemExit(verdict())
