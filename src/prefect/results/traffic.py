"""How much may be on its way to storage at one time, so that many large results do not fill the memory of the process.

While a result is written it is there several times over: as itself, as bytes, as the file. Pools of threads have many
threads that wait; without a bound each of them could hold such copies.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager

from prefect._elastic_pool import growth_held

MOST_BYTES = 32 * 2**20
"""How many bytes may be on their way to storage at one time; a single larger result is let through alone."""


class Traffic:
    """Lets as much through at one time as there is room for; the rest waits its turn."""

    def __init__(self, room: int) -> None:
        self._room, self._used = room, 0
        self._free = threading.Condition()

    @contextmanager
    def taking(self, weight: int) -> Generator[None]:
        """Wait until there is room for `weight`, and take it for the length of the block."""
        with self._free:
            if self._used and self._used + weight > self._room:
                with growth_held():
                    self._free.wait_for(lambda: not self._used or self._used + weight <= self._room)
            self._used += weight
        try:
            yield
        finally:
            with self._free:
                self._used -= weight
                self._free.notify_all()


serializing = Traffic(max(2, os.cpu_count() or 1))
"""Results that are being turned into bytes, which is work for a processor: one for each of them."""

writing = Traffic(MOST_BYTES)
"""Bytes of results that are being written, which is mostly waiting."""


def _forget_after_fork() -> None:
    """A forked child writes nothing yet, whatever the threads of its parent did."""
    for traffic, room in ((serializing, max(2, os.cpu_count() or 1)), (writing, MOST_BYTES)):
        traffic.__init__(room)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
