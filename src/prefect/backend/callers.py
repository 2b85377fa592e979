"""Threads that wait for a server in place of those who ask it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

R = TypeVar("R")

IDLE = 10.0
"""How long, in seconds, a thread waits for more to do before it ends."""


class Callers:
    """Makes calls in threads. The process may end in the middle of one: nobody waits for the threads.

    Args:
        limit: How many calls may be made at once; more wait for their turn.
    """

    def __init__(self, limit: int = 32) -> None:
        self._limit = limit
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0

    def call(self, function: Callable[[], R]) -> Future[R]:
        """Have a function called, and return what will have its result."""
        answer: Future[R] = Future()

        def make() -> None:
            try:
                result = function()
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asks for the answer
                answer.set_exception(error)
            else:
                answer.set_result(result)

        self._calls.put(make)
        with self._lock:
            is_short = self._idle < self._calls.qsize() and self._threads < self._limit
            self._threads += is_short
        if is_short:
            threading.Thread(target=self._serve, name="prefect-caller", daemon=True).start()
        return answer

    def _serve(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            call: Callable[[], None] | None = None
            with suppress(Empty):
                call = self._calls.get(timeout=IDLE)
            with self._lock:
                self._idle -= 1
                if call is None and self._calls.empty():
                    self._threads -= 1
                    return
            if call is not None:
                call()
