"""Time limits on blocking and on awaiting code.

In the main thread an interval timer interrupts whatever runs, system calls included. In other threads CPython can
only raise an exception between two bytecodes, so a call that blocks in C is interrupted when it returns.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType


class TimeLimitExceeded(TimeoutError):
    """A time limit of ours ran out; a TimeoutError of the user's own code is never of this type."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitExceeded in the block if it blocks longer than `seconds`."""
    if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
        with _interval_timer(seconds):
            yield
    else:
        with _watching_thread(seconds):
            yield


@contextmanager
def _interval_timer(seconds: float) -> Iterator[None]:
    def on_alarm(signum: int, frame: FrameType | None) -> None:
        raise TimeLimitExceeded(_spent(seconds))

    previous_handler = signal.signal(signal.SIGALRM, on_alarm)
    previous_left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    started = time.monotonic()
    try:
        if 0 < previous_left < seconds:
            # An outer limit ends earlier: let it speak.
            signal.signal(signal.SIGALRM, previous_handler)
            signal.setitimer(signal.ITIMER_REAL, previous_left)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous_handler)
        if previous_left > 0:
            signal.setitimer(signal.ITIMER_REAL, max(previous_left - (time.monotonic() - started), 1e-6))


@contextmanager
def _watching_thread(seconds: float) -> Iterator[None]:
    target = threading.get_ident()
    finished = threading.Event()
    guard = threading.Lock()

    def watch() -> None:
        if finished.wait(seconds):
            return
        with guard:
            if not finished.is_set():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(target), ctypes.py_object(TimeLimitExceeded))

    threading.Thread(target=watch, name="prefect-time-limit", daemon=True).start()
    try:
        yield
    except TimeLimitExceeded as error:
        # Raised from outside it carries no message yet.
        if not error.args:
            raise TimeLimitExceeded(_spent(seconds)) from None
        raise
    finally:
        with guard:
            finished.set()


@asynccontextmanager
async def async_time_limit(seconds: float) -> AsyncIterator[None]:
    """Cancel the block and raise TimeLimitExceeded if it awaits longer than `seconds`."""
    import asyncio  # the front door must not load it

    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if limit.expired():
            raise TimeLimitExceeded(_spent(seconds)) from error
        raise


def _spent(seconds: float) -> str:
    return f"The call took longer than {seconds:g} second(s)."
