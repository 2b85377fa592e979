"""The wall clock: the only "now" in the code base, so that a test can hold it still.

Everything inside is timezone-aware UTC; durations are seconds. Leases and timeouts use `time.monotonic` instead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """Return the current time, timezone-aware, in UTC."""
    return _source()


def use_clock(source: Callable[[], datetime] | None) -> None:
    """Read the time from `source` from now on; `None` returns to the system's clock. For tests only."""
    global _source
    _source = source or _system_time
