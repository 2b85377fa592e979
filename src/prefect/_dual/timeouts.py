"""Time limits on blocking and on awaiting code.

In the main thread an interval timer interrupts whatever runs, system calls included. In other threads CPython can
only raise an exception between two bytecodes, so a call that blocks in C is interrupted when it returns. Code that
catches the interruption does not escape: it is raised again when the block ends.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType


class TimeLimitExceeded(TimeoutError):
    """A time limit of ours ran out; a TimeoutError of the user's own code is never of this type.

    `owner` is what the limit was set for, so that an inner run can tell its own limit from one around it.
    """

    owner: object = None


@contextmanager
def time_limit(seconds: float, owner: object = None) -> Generator[None]:
    """Raise TimeLimitExceeded in the block if it blocks longer than `seconds`."""
    if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
        with _interval_timer(seconds, owner):
            yield
    else:
        with _watching_thread(seconds, owner):
            yield


@contextmanager
def _interval_timer(seconds: float, owner: object) -> Generator[None]:
    fired = False
    around = signal.getsignal(signal.SIGALRM)
    left_around, _ = signal.getitimer(signal.ITIMER_REAL)
    started = time.monotonic()
    ends_first = 0 < left_around < seconds

    def on_alarm(signum: int, frame: FrameType | None) -> None:
        nonlocal fired
        if ends_first and callable(around):
            around(signum, frame)  # a limit around this one ends earlier: it is its turn
            return
        fired = True
        raise _exceeded(seconds, owner)

    signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, left_around if ends_first else seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, around)
        if left_around > 0:
            signal.setitimer(signal.ITIMER_REAL, max(left_around - (time.monotonic() - started), 1e-6))
    if fired:
        raise _exceeded(seconds, owner)


@contextmanager
def _watching_thread(seconds: float, owner: object) -> Generator[None]:
    target = threading.get_ident()
    finished = threading.Event()
    guard = threading.Lock()
    fired = False

    def watch() -> None:
        nonlocal fired
        if finished.wait(seconds):
            return
        with guard:
            if not finished.is_set():
                fired = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(target), ctypes.py_object(TimeLimitExceeded)
                )

    threading.Thread(target=watch, name="prefect-time-limit", daemon=True).start()
    try:
        yield
    except TimeLimitExceeded as error:
        # Raised from outside, it does not say yet whose limit it was.
        if fired and error.owner is None:
            raise _exceeded(seconds, owner) from None
        raise
    finally:
        with guard:
            finished.set()
            if fired:
                # It may not have been delivered yet: it must not strike whoever runs in this thread next.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(target), None)
    if fired:
        raise _exceeded(seconds, owner)


@asynccontextmanager
async def async_time_limit(seconds: float, owner: object = None) -> AsyncGenerator[None]:
    """Cancel the block and raise TimeLimitExceeded if it awaits longer than `seconds`."""
    import asyncio  # the front door must not load it

    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if limit.expired() and not isinstance(error, TimeLimitExceeded):
            raise _exceeded(seconds, owner) from error
        raise


def _exceeded(seconds: float, owner: object) -> TimeLimitExceeded:
    error = TimeLimitExceeded(f"The call took longer than {seconds:g} second(s).")
    error.owner = owner
    return error
