"""Making limits and looking at them, for the tests of concurrency."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from prefect._clock import now, use_clock
from prefect.backend import get_backend, open_reader
from prefect.backend.embedded_reader import EmbeddedReader
from prefect.concurrency import _waiting
from prefect.schemas.concurrency_limits import ConcurrencyLimitCreate, ConcurrencyLimitV2Create, SlotHolder
from prefect.store.concurrency_limits import (
    create_concurrency_limit_v2,
    read_concurrency_limit_holders,
    read_concurrency_limit_v2,
)
from prefect.store.statements import Statement
from prefect.store.tag_limits import create_concurrency_limit

ENOUGH = 30.0


def perform(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Perform an operation of the store and return what it answers."""
    return get_backend().perform(operation, *args, **kwargs).result(ENOUGH)


def a_limit(name: str, limit: int, **fields: Any) -> Any:
    """Create a named limit."""
    return perform(create_concurrency_limit_v2, ConcurrencyLimitV2Create(name=name, limit=limit, **fields))


def a_tag_limit(tag: str, limit: int) -> Any:
    """Limit the task runs with a tag."""
    return perform(create_concurrency_limit, ConcurrencyLimitCreate(tag=tag, concurrency_limit=limit))


def taken(name: str) -> int:
    """Return how many slots of a limit are taken."""
    return perform(read_concurrency_limit_v2, name).active_slots


def holders(name: str) -> list[SlotHolder]:
    """Return who holds slots of a limit."""
    return perform(read_concurrency_limit_holders, name)


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + ENOUGH
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def queued() -> int:
    """Return how many in this process wait for slots."""
    return sum(len(line) for line in _waiting._lines.values())


def tickets() -> int:
    """Return how many processes wait for slots."""
    reader = open_reader()
    assert isinstance(reader, EmbeddedReader)
    try:
        return reader._readers.run(_count_tickets())
    finally:
        reader.close()


def _count_tickets() -> Any:
    rows = yield Statement("SELECT count(DISTINCT id) AS waiting FROM concurrency_ticket")
    return rows[0]["waiting"]


class StandingClock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.moment = now()

    def now(self) -> datetime:
        """Return the time at which it stands."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Move it."""
        self.moment += timedelta(seconds=seconds)


@contextmanager
def standing_clock() -> Generator[StandingClock]:
    """Hold the time still inside the block."""
    clock = StandingClock()
    use_clock(clock)
    try:
        yield clock
    finally:
        use_clock(None)
