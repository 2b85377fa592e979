"""Waiting for a bell in an event loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self

from prefect.server.messaging.bells import Bell


class Listening:
    """Hears a bell from the moment it is entered, also while nobody waits.

    Args:
        bell: What is rung.

    Example:
        with Listening(bell) as listening:
            while True:
                look()
                await listening.wait(seconds=1.0)
    """

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def __enter__(self) -> Self:
        self._silence = self._bell.listen(self._wake)
        return self

    def __exit__(self, *_: object) -> None:
        self._silence()

    def forget(self) -> None:
        """Forget what was heard so far: who looks now sees all that it was rung for."""
        self._rung.clear()

    async def wait(self, seconds: float) -> None:
        """Wait for a ring since the last wait, at most so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()

    def _wake(self) -> None:
        if not self._rung.is_set():
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._rung.set)
