"""An outcome: what a piece of work in another thread will come to, in as few objects as possible.

It is a small relative of `concurrent.futures.Future`. That one holds a condition, two locks, a deque and lists, which
is felt when a flow has ten thousand of them; here, what waiting needs is made when somebody waits.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, cast

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_PENDING: Any = object()
ATTENTION = 1.0
"""How long, in seconds, it may go unnoticed that a thread which waits shall stop."""

_lock = threading.Lock()
"""Guards the moment in which an outcome gets its result; shared, since it is held for no longer than that."""


def _renew_after_fork() -> None:
    """A forked child may have been made while another thread held the lock."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_after_fork)


def wait_attentively(wait: Callable[[float | None], bool], timeout: float | None) -> bool:
    """Wait for something in slices, and return whether it came within `timeout` seconds.

    A signal that comes just before the main thread begins to wait is only noticed when it wakes, and so is what stops
    a run in another thread. So that neither is lost, threads wake every `ATTENTION` seconds.

    Args:
        wait: Waits for at most the given seconds and returns whether it came.
        timeout: How long to wait in all; None waits as long as it takes.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        left = None if deadline is None else deadline - time.monotonic()
        if wait(ATTENTION if left is None else min(left, ATTENTION)):
            return True
        if deadline is not None and time.monotonic() >= deadline:
            return False


class Settling(Protocol[R_co]):
    """What a driver can wait for: an `Outcome` or a `concurrent.futures.Future`."""

    def done(self) -> bool:
        """Whether the result is there."""
        ...

    def result(self, timeout: float | None = None) -> R_co:
        """Wait for the result, at most `timeout` seconds, and return it."""
        ...

    def add_done_callback(self, fn: Callable[[Any], object], /) -> None:
        """Call `fn` with this object when the result is there."""
        ...


class Outcome(Generic[R]):
    """The result of work that goes on in another thread; it is set once."""

    __slots__ = ("_bell", "_callbacks", "_result", "meanwhile")

    def __init__(self) -> None:
        self._result: Any = _PENDING
        self._callbacks: list[Callable[[Outcome[R]], object]] | None = None
        self._bell: threading.Event | None = None
        self.meanwhile: Callable[[], object] | None = None
        """Tells how the work stands while there is no result; forgotten when there is one."""

    def done(self) -> bool:
        """Whether the result is there."""
        return self._result is not _PENDING

    def set_result(self, result: R) -> None:
        """Set the result, wake who waits for it, and call the callbacks."""
        with _lock:
            self._result = result
            self.meanwhile = None
            callbacks, self._callbacks = self._callbacks, None
            bell, self._bell = self._bell, None
        if bell is not None:
            bell.set()
        for callback in callbacks or ():
            callback(self)

    def result(self, timeout: float | None = None) -> R:
        """Wait for the result, at most `timeout` seconds, and return it.

        Raises:
            TimeoutError: It was not there in time.
        """
        if self._result is _PENDING:
            with _lock:
                bell = None
                if self._result is _PENDING:
                    bell = self._bell = self._bell or threading.Event()
            if bell is not None and not wait_attentively(bell.wait, timeout):
                raise TimeoutError
        return cast("R", self._result)

    def add_done_callback(self, fn: Callable[[Outcome[R]], object], /) -> None:
        """Call `fn` with this outcome when the result is there, at once if it is already."""
        with _lock:
            if self._result is _PENDING:
                self._callbacks = [*(self._callbacks or ()), fn]
                return
        fn(self)
