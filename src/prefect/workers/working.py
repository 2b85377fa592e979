"""The work of a worker: it looks for runs, says that it is there, and listens, until it is told to stop."""

from __future__ import annotations

import asyncio
import math
import signal
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from prefect._imports import load
from prefect.exceptions import ObjectNotFound
from prefect.runner.asking import OrchestrationAway
from prefect.runner.signals import ToldToEnd
from prefect.runner.waking import Waking
from prefect.settings import get_current_settings
from prefect.workers.channel import WorkerChannel
from prefect.workers.server import healthcheck

if TYPE_CHECKING:
    from prefect.workers.base import BaseWorker


async def work(
    worker: BaseWorker[Any, Any, Any], *, run_once: bool, with_healthcheck: bool, printer: Callable[..., None]
) -> None:
    """Have a worker work until the process is told to stop; see `BaseWorker.start`."""
    settings = get_current_settings()
    async with AsyncExitStack() as stack:
        if not settings.api_url:
            # A server is a lot to load, and only needed in the place of one.
            await stack.enter_async_context(load("prefect.runner.own_services", "own_services")())
        worker.is_patient = not run_once
        if with_healthcheck:
            stack.enter_context(healthcheck(worker, settings.worker.query_seconds))
        await stack.enter_async_context(worker)
        await stack.enter_async_context(_stopped_by_signals(worker, printer))
        channel = WorkerChannel(worker)
        await stack.enter_async_context(
            _meanwhile(channel.keep(), _say_that_it_is_there(worker, channel), _listen(worker))
        )
        printer(f"Worker {worker.name!r} started!")
        if run_once:
            await worker.poller.run_once()
        else:
            await worker.poller.run()
            await worker.poller.until_done()
    printer(f"Worker {worker.name!r} stopped!")


@asynccontextmanager
async def _stopped_by_signals(
    worker: BaseWorker[Any, Any, Any], printer: Callable[..., None]
) -> AsyncGenerator[None]:
    """In the block, Ctrl-C and SIGTERM stop the worker: the first one lets its runs end, the second one does not."""
    loop = asyncio.get_running_loop()
    told = ToldToEnd()

    def stop() -> None:
        times = told.again()
        if not times:
            return
        worker.poller.stop()
        if times > 1:
            printer(f"Worker {worker.name!r} leaves its runs.")
            worker.abandon_runs()
        elif worker.poller.in_hand:
            printer(
                f"Worker {worker.name!r} takes no more runs and waits for {worker.poller.in_hand} to end. "
                "Stop it again to leave them at once."
            )

    numbers = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in numbers:
            loop.add_signal_handler(number, stop)
    except (NotImplementedError, RuntimeError, ValueError):
        # Not the main thread, or not this system: whoever runs the loop stops it.
        yield
        return
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def _meanwhile(*loops: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Run loops that have no end, as long as the block."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _say_that_it_is_there(worker: BaseWorker[Any, Any, Any], channel: WorkerChannel) -> None:
    while True:
        await asyncio.sleep(max(1, math.floor(worker.heartbeat_interval_seconds)))
        if channel.is_open:
            continue  # it is told there
        with suppress(OrchestrationAway, ObjectNotFound):  # told by who looks for runs
            await worker.sync_with_backend()


async def _listen(worker: BaseWorker[Any, Any, Any]) -> None:
    await Waking(
        lambda: [f"prefect.work-pool.{worker.work_pool.id}"], worker.poller.wake, worker.claims.look_now
    ).listen()
