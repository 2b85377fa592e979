"""The services of one server: started, watched and stopped together."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Iterable, Mapping

from prefect._ids import uuid7
from prefect.exceptions import DatabaseError
from prefect.server.services.all_services import ALL_SERVICES
from prefect.server.services.loop import Loop, Record
from prefect.server.services.service import Service, Surveyor
from prefect.settings import Settings
from prefect.store.database import Database
from prefect.store.service_claims import release_services

_logger = logging.getLogger("prefect.server.services")

PATIENCE = 10.0
"""How long, in seconds, services may take to end what they are about when they are stopped."""


class Services:
    """The services that the settings turn on, in one event loop.

    Args:
        database: What they look at.
        settings: The settings that hold for the server.
        services: Which services there are; by default all.
    """

    def __init__(
        self, database: Database, settings: Settings, services: Iterable[Service] = ALL_SERVICES
    ) -> None:
        self.owner = f"{socket.gethostname()} {os.getpid()} {uuid7()}"
        self._database = database
        self._settings = settings
        self._services = [service for service in services if service.is_enabled(settings)]
        self._loops: list[Loop] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    @property
    def records(self) -> Mapping[str, Record]:
        """What became of each service so far, by its name."""
        return {loop.service.name: loop.record for loop in self._loops}

    async def start(self) -> None:
        """Run the services from now on."""
        surveyor = Surveyor(self._database, self._settings)
        self._stopping.clear()
        self._loops = [Loop(service, surveyor, self.owner, self._stopping) for service in self._services]
        if self._settings.server.metrics_enabled:
            from prefect.server.measuring import watch_service  # loads the library of Prometheus

            for name, record in self.records.items():
                watch_service(
                    name,
                    lambda record=record: record.looks,
                    lambda record=record: record.failures,
                    lambda record=record: record.last_success,
                )
        self._tasks = [
            asyncio.create_task(loop.run(), name=f"prefect-service-{loop.service.name}")
            for loop in self._loops
        ]

    async def stop(self) -> None:
        """End the services, each after what it is about, and let other servers have them."""
        self._stopping.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=PATIENCE)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        self._tasks = []
        try:
            await asyncio.wrap_future(self._database.write(lambda: release_services(self.owner)))
        except DatabaseError as error:
            _logger.warning("The claims of this server hold until they lapse: %s", error)
