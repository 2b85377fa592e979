"""The loop of one service: look, rest, look again; whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from dataclasses import dataclass

from prefect.exceptions import DatabaseError
from prefect.server.services.service import Service, Surveyor
from prefect.store.service_claims import claim_service

_logger = logging.getLogger("prefect.server.services")

SHORTEST_CLAIM = 30.0
"""How long, in seconds, a claim holds at least: after that another server takes over from one that died."""

LONGEST_REST = 300.0
"""How long, in seconds, a service rests at most after it failed, unless it rests longer anyway."""

_JITTER = 0.1
_LATEST_START = 1.0


@dataclass
class Record:
    """What became of a service so far.

    Attributes:
        looks: How often it looked.
        failures: How often that failed.
        failures_in_a_row: How often it failed since it last succeeded.
        last_seconds: How long the last look took.
        last_success: When it last succeeded, by `time.monotonic`; None if it never did.
    """

    looks: int = 0
    failures: int = 0
    failures_in_a_row: int = 0
    last_seconds: float = 0.0
    last_success: float | None = None


class Loop:
    """Runs one service until it is stopped.

    Args:
        service: The service.
        surveyor: What it may use.
        owner: The server that runs it, for its claims.
        stopping: Set when it shall end; it ends after the transaction that it is in.
    """

    def __init__(self, service: Service, surveyor: Surveyor, owner: str, stopping: asyncio.Event) -> None:
        self.service = service
        self.record = Record()
        self._surveyor = surveyor
        self._owner = owner
        self._stopping = stopping
        self._claimed_until = 0.0

    async def run(self) -> None:
        """Look again and again."""
        every = self.service.every(self._surveyor.settings)
        await self._rest(random.uniform(0, min(every, _LATEST_START)))
        while not self._stopping.is_set():
            await self._look_once()
            await self._rest(self._pause(every))

    async def look(self) -> None:
        """Do all that is due, if the service is this server's.

        Raises:
            Exception: Whatever goes wrong.
        """
        while await self._is_ours() and await self.service.look(self._surveyor):
            if self._stopping.is_set():
                return

    async def _look_once(self) -> None:
        record = self.record
        begun = time.monotonic()
        record.looks += 1
        try:
            await self.look()
        except asyncio.CancelledError:
            raise
        except DatabaseError as error:
            self._failed()
            _logger.warning("The service %s cannot use the database: %s", self.service.name, error)
        except Exception:  # one bad look must not end the service; it is logged, counted, and tried again
            self._failed()
            _logger.exception("The service %s failed; it will look again.", self.service.name)
        else:
            record.failures_in_a_row = 0
            record.last_success = time.monotonic()
        record.last_seconds = time.monotonic() - begun

    def _failed(self) -> None:
        self.record.failures += 1
        self.record.failures_in_a_row += 1

    def _pause(self, every: float) -> float:
        longer = every * 2 ** min(self.record.failures_in_a_row, 16)
        return random.uniform(1 - _JITTER, 1 + _JITTER) * max(every, min(longer, LONGEST_REST))

    async def _is_ours(self) -> bool:
        """Claim the service, unless it is claimed for long enough."""
        every = self.service.every(self._surveyor.settings)
        length = max(SHORTEST_CLAIM, 1.5 * every)
        moment = time.monotonic()
        if moment < self._claimed_until - length / 2:
            return True
        name, owner = self.service.name, self._owner
        ours = await self._surveyor.write(lambda: claim_service(name, owner, length))
        self._claimed_until = moment + length if ours else 0.0
        return ours

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
