"""Signals that tell a process to end, heeded as long as a block; in the main thread, where alone they come."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

ECHO = 0.05
"""Within how many seconds a second signal is the echo of the first: `timeout` and some terminals send it to the process
and to its group."""


class ToldToEnd:
    """Counts how often a process was told to end."""

    def __init__(self) -> None:
        self._times = 0
        self._heeded = -ECHO

    def again(self) -> int:
        """Count a signal. Return how often it was told by now; 0 for the echo of the last time."""
        moment = time.monotonic()
        if moment - self._heeded < ECHO:
            return 0
        self._heeded = moment
        self._times += 1
        return self._times


@contextmanager
def heeding(numbers: Sequence[int], handler: Callable[..., Any]) -> Generator[None]:
    """Have signals call a handler inside the block; after it, whoever had them before has them again.

    Does nothing in another thread than the main one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier if earlier is not None else signal.SIG_DFL)
