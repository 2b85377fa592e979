"""The services without a server: for who runs the API with `--no-services`, and the services elsewhere."""

from __future__ import annotations

import asyncio
import signal

from prefect.server.opening import open_configured_database
from prefect.server.services.running import Services
from prefect.settings import Settings

FILE = "services.pid"
LOG = "services.log"

RUNNING = "The services of the server run. Ctrl-C ends them."
"""What is said when they do."""


def run_services(settings: Settings) -> None:
    """Run the services that the settings turn on, until SIGINT or SIGTERM.

    Raises:
        DatabaseError: The database of the settings cannot be used.
    """
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(ending.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    database = open_configured_database(settings)
    try:
        services = Services(database, settings)
        await services.start()
        print(RUNNING, flush=True)  # noqa: T201 - for who has started this by hand
        await ending.wait()
        await services.stop()
    finally:
        database.close()
