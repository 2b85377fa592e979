"""Time that a test holds still and moves.

Everything in this library that asks for the time or lets it pass sees the held clock: the timestamps of states and log
lines, schedules, expirations of caches and locks that are dates, delays before retries. Time limits and leases are
measured by the machine's own clock, which nobody can hold.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from prefect import _clock

__all__ = ["Clock", "hold_clock"]


class Clock:
    """A clock that stands still until it is moved.

    Args:
        at: The time at which it stands at first; one without a time zone is in UTC.
        jump: Whether a run that sleeps moves the clock to the end of its sleep at once. Otherwise it sleeps until
            another thread moves the clock that far.
    """

    def __init__(self, at: datetime, *, jump: bool = True) -> None:
        self._now = _in_utc(at)
        self._jump = jump
        self._moved = threading.Condition()
        self._released = False

    def now(self) -> datetime:
        """Return the time at which the clock stands, in UTC."""
        return self._now

    def advance(self, by: float | timedelta) -> datetime:
        """Move the clock on and return its new time.

        Args:
            by: How far, in seconds.

        Raises:
            ValueError: That would be back.
        """
        with self._moved:
            return self._move(self._now + (by if isinstance(by, timedelta) else timedelta(seconds=by)))

    def move_to(self, time: datetime) -> datetime:
        """Move the clock to a time and return it; a time without a time zone is in UTC.

        Raises:
            ValueError: That would be back.
        """
        with self._moved:
            return self._move(_in_utc(time))

    def _move(self, time: datetime) -> datetime:
        if time < self._now:
            raise ValueError(f"The clock stands at {self._now}; it cannot be moved back to {time}.")
        self._now = time
        self._moved.notify_all()
        return time

    def sleep(self, seconds: float) -> None:
        """Return when that much of the clock's time has passed."""
        with self._moved:
            until = self._now + timedelta(seconds=max(0.0, seconds))
            if self._jump:
                self._move(until)
            else:
                self._moved.wait_for(lambda: self._released or self._now >= until)

    def release(self) -> None:
        """Wake everybody who sleeps by this clock, now and from now on."""
        with self._moved:
            self._released = True
            self._moved.notify_all()


@contextmanager
def hold_clock(at: datetime | None = None, *, jump: bool = True) -> Generator[Clock]:
    """Let time stand still for this library inside the block, in all threads of the process.

    Args:
        at: The time at which it stands at first; by default the present.
        jump: Whether a run that sleeps, before a retry for example, moves the clock to the end of its sleep at once.
            Otherwise it sleeps until another thread moves the clock that far.

    Example:
        >>> with hold_clock(datetime(2030, 1, 1)) as clock:
        ...     retries_every_hour()   # takes no hour
        ...     clock.now()
        datetime.datetime(2030, 1, 1, 2, 0, tzinfo=datetime.timezone.utc)
    """
    clock = Clock(_clock.now() if at is None else at, jump=jump)
    before = _clock.use_clock(clock)
    try:
        yield clock
    finally:
        _clock.use_clock(before)
        clock.release()


def _in_utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
