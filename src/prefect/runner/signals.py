"""Signals that tell a process to end, heeded as long as a block; in the main thread, where alone they come."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any


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
