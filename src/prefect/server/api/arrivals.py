"""Answers of the database on their way into the event loop: one wake-up for all that one commit has made ready."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

R = TypeVar("R")


class Arrivals:
    """Lets one event loop wait for futures of other threads.

    `asyncio.wrap_future` wakes the loop, with a system call, for each of them; under load that is a large part of the
    work of a request.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._ready: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._is_awake = False

    def wait_for(self, future: Future[R]) -> asyncio.Future[R]:
        """Return what can be awaited in the loop for the result of a future."""
        waiter: asyncio.Future[R] = self.loop.create_future()
        future.add_done_callback(lambda done: self._arrive(waiter, done))
        return waiter

    def _arrive(self, waiter: asyncio.Future[Any], future: Future[Any]) -> None:
        self._ready.append((waiter, future))
        if not self._is_awake:
            self._is_awake = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        if not self._ready:
            self._is_awake = False
            if not self._ready:  # what came before the line above woke nobody
                return
            self._is_awake = True
        while self._ready:
            self._hand_over(*self._ready.popleft())
        # One commit makes many ready, one soon after the other: those that follow need not wake the loop again.
        self.loop.call_soon(self._deliver)

    @staticmethod
    def _hand_over(waiter: asyncio.Future[Any], future: Future[Any]) -> None:
        if waiter.done():
            return  # whoever waited is gone
        error = future.exception()
        if error is not None:
            waiter.set_exception(error)
        else:
            waiter.set_result(future.result())
