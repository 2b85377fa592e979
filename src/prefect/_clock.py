"""The wall clock: the only "now" in the code base, and the only sleep of a run, so that a test can hold time still.

Everything inside is timezone-aware UTC; durations are seconds. Leases and timeouts use `time.monotonic` instead.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class HeldClock(Protocol):
    """A clock that a test moves; see `prefect.testing.clock`."""

    def now(self) -> datetime:
        """Return the time at which it stands."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that much of its time has passed."""
        ...


_held: HeldClock | None = None


def now() -> datetime:
    """Return the current time, timezone-aware, in UTC."""
    held = _held
    return datetime.now(UTC) if held is None else held.now()


def sleep(seconds: float) -> None:
    """Let time pass, blocking this thread."""
    held = _held
    if held is None:
        time.sleep(seconds)
    else:
        held.sleep(seconds)


async def asleep(seconds: float) -> None:
    """Let time pass without holding up the event loop."""
    import asyncio  # the front door must not load it

    held = _held
    if held is None:
        await asyncio.sleep(seconds)
    else:
        await asyncio.get_running_loop().run_in_executor(None, held.sleep, seconds)


def is_held() -> bool:
    """Whether a test holds the clock."""
    return _held is not None


def use_clock(clock: HeldClock | None) -> HeldClock | None:
    """Let another clock hold in this process, or the system's again with `None`. Return the one before. For tests."""
    global _held
    before, _held = _held, clock
    return before
