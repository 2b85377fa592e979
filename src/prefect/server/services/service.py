"""A service: what is done, how often, and whether it is done at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from prefect._clock import now
from prefect.settings import Settings
from prefect.store.database import Database
from prefect.store.statements import Transaction

R = TypeVar("R")


class Surveyor:
    """What a service may use while it looks and does.

    Args:
        database: Where it looks.
        settings: The settings that hold for the server.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self.settings = settings

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return now()

    async def read(self, make: Callable[[], Transaction[R]]) -> R:
        """Run a transaction that only reads."""
        return await asyncio.wrap_future(self._database.read(make))

    async def write(self, make: Callable[[], Transaction[R]]) -> R:
        """Run a transaction that may write."""
        return await asyncio.wrap_future(self._database.write(make))


@dataclass(frozen=True)
class Service:
    """Something that the server does by itself.

    Attributes:
        name: What it is called.
        does: What it does, for people.
        setting: The path of the setting that turns it on.
        is_enabled: Whether it is on.
        every: How long, in seconds, from one look to the next.
        look: Does what is due, at most a batch of it. Returns whether there may be more.
    """

    name: str
    does: str
    setting: str
    is_enabled: Callable[[Settings], bool]
    every: Callable[[Settings], float]
    look: Callable[[Surveyor], Awaitable[bool]]

    @property
    def variable(self) -> str:
        """The environment variable that turns it on."""
        return f"PREFECT_{self.setting.replace('.', '_').upper()}"
