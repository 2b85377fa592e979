"""SIGTERM while a flow runs: the run is recorded as crashed, then the process ends by the signal as it would have.

An event loop that is interrupted cancels what it runs, so the code of an async flow sees a cancellation and not the
signal. What came is therefore remembered here.
"""

from __future__ import annotations

import _thread
import asyncio
import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from weakref import WeakSet

from prefect._outcome import ATTENTION
from prefect.backend import close_backends
from prefect.exceptions import TerminationSignal
from prefect.schemas.states import State
from prefect.states import Cancelled, crashed_state

_received: TerminationSignal | None = None
_is_stop = False
_stopped_tasks: WeakSet[asyncio.Task[object]] = WeakSet()


class RunStopped(TerminationSignal):
    """Raised in the code of a flow run that is to stop, since it was cancelled or another process has it."""

    def __init__(self) -> None:
        super().__init__(signal.SIGTERM)


@contextmanager
def capture_sigterm() -> Generator[None]:
    """Raise TerminationSignal in the block on SIGTERM; after it, hand the signal to who would have had it.

    Does nothing outside of the main thread, or inside another such block.
    """
    global _received
    if threading.current_thread() is not threading.main_thread() or is_prefect_sigterm_handler_installed():
        yield
        return
    previous = signal.getsignal(signal.SIGTERM)
    if previous is None:  # set by code that is not Python: it could not be put back
        yield
        return
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
        ending, _received = _received, None
        if ending is not None:
            if previous is signal.SIG_DFL:
                close_backends()  # the signal ends the process without the interpreter's own clean-up
            os.kill(os.getpid(), ending.signal)


@contextmanager
def attentive_loop() -> Generator[None]:
    """Let the running event loop look up every `ATTENTION` seconds inside the block.

    A signal that comes just before the loop goes to sleep is only noticed when it wakes; without this, a flow that
    waits for an hour could miss the only signal it gets.
    """
    loop = asyncio.get_running_loop()

    def look_up() -> None:
        nonlocal timer
        timer = loop.call_later(ATTENTION, look_up)

    timer = loop.call_later(ATTENTION, look_up)
    try:
        yield
    finally:
        timer.cancel()


def is_prefect_sigterm_handler_installed() -> bool:
    """Whether a flow run of this process listens to SIGTERM."""
    return signal.getsignal(signal.SIGTERM) is _on_sigterm


def cause_of(error: BaseException) -> BaseException:
    """Return the signal that made an event loop cancel what it runs, if one did; otherwise the error itself."""
    if not isinstance(error, asyncio.CancelledError):
        return error
    if _received is None and _stopped_tasks and _task_here() in _stopped_tasks:
        return RunStopped()
    return error if _received is None else _received


def _task_here() -> asyncio.Task[object] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no event loop runs in this thread
        return None


def last_state(error: BaseException) -> State[Any]:
    """Return the state in which a run ends that was ended from outside, by an exception in its code."""
    if isinstance(cause_of(error), RunStopped):
        return Cancelled(message="The flow run was cancelled.")
    return crashed_state(error)


def stop_main_thread() -> None:
    """Raise RunStopped in the main thread, in place of a call that blocks if need be. Called from another thread."""
    global _is_stop
    _is_stop = True
    if os.name == "nt":
        _thread.interrupt_main(signal.SIGTERM)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def stop_task(loop: asyncio.AbstractEventLoop, task: asyncio.Task[object]) -> None:
    """Cancel a task of an event loop of another thread, because its run is to stop."""
    _stopped_tasks.add(task)
    loop.call_soon_threadsafe(task.cancel)


def forget_stop() -> None:
    """What was to be stopped in the main thread has ended by itself."""
    global _is_stop
    _is_stop = False


def _on_sigterm(number: int, frame: FrameType | None) -> None:
    global _received, _is_stop
    del frame
    if _is_stop:
        _is_stop = False
        raise RunStopped
    _received = TerminationSignal(signal=number)
    raise _received
