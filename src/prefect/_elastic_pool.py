"""A pool of threads that grows while its threads only wait, and not while they compute.

It begins with as many threads as there are processors. While work is queued and the process uses less than
`BUSY` of one processor, the threads must be waiting for something, so their number is doubled, again and again, up to
the limit. Work that computes is not spread over threads that would only contend for the interpreter.

A thread that waits for the outcome of other work does not count: while it waits another one works in its place, so that
even a pool of one thread cannot deadlock.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from prefect._outcome import Settling

BUSY = 0.6
"""The share of one processor above which the process counts as computing."""

TICK = 0.01
"""How often, in seconds, a pool with queued work considers to grow."""

LONG_QUEUE = 256
"""How much work may be queued before whoever queues more lets the threads catch up, if the work is short."""

CHECKED = 64
"""After how many pieces of work that is looked at again."""

MOST_WAY = 0.05
"""How long, in seconds, to let them catch up at most."""

_STALLED_TICKS = 20

_here = threading.local()
_holding_growth: set[object] = set()
"""Who waits for what more threads would only have to wait for too."""


class WorkItem:
    """A piece of queued work; `outcome` tells when it is done."""

    __slots__ = ("outcome", "run")

    def __init__(self, run: Callable[[], None], outcome: Settling[Any]) -> None:
        self.run = run
        self.outcome = outcome


class ElasticPool:
    """Runs work in threads.

    Args:
        limit: How many threads at most.
        name: What the threads are called.
    """

    def __init__(self, limit: int, name: str) -> None:
        self._limit = limit
        self._name = name
        self._queue: deque[WorkItem] = deque()
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._waiting = 0
        self._finished = 0
        self._finished_before = 0
        self._submitted = 0
        self._closed = False
        self._watched = False
        self._base = min(limit, max(2, os.cpu_count() or 2))

    def submit(self, item: WorkItem) -> None:
        """Queue a piece of work.

        Raises:
            RuntimeError: The pool is closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("This pool takes no more work: its flow run has ended.")
            self._queue.append(item)
            if len(self._queue) <= self._idle:
                self._work.notify()
            elif self._working() < self._base:
                self._add_thread()
            elif not self._watched and self._working() < self._limit:
                self._watched = True
                threading.Thread(target=self._watch, name=f"{self._name}-growth", daemon=True).start()

        if len(self._queue) > LONG_QUEUE:
            self._give_way()

    def _give_way(self) -> None:
        """Let the threads catch up with short work, now and then; who waits for long work is not held up.

        Thousands of runs that wait at once cost memory and keep the garbage collector busy.
        """
        self._submitted += 1
        if self._submitted % CHECKED:
            return
        before, self._finished_before = self._finished_before, self._finished
        if self._finished - before < CHECKED // 4 or getattr(_here, "pool", None) is self:
            return
        deadline = time.monotonic() + MOST_WAY
        while len(self._queue) > LONG_QUEUE // 2 and time.monotonic() < deadline:
            time.sleep(0.002)

    def close(self, *, wait: bool = True) -> None:
        """Take no more work, finish what is queued, and end the threads; with `wait`, return when they have ended."""
        with self._lock:
            self._closed = True
            self._work.notify_all()
            threads = list(self._threads) if wait else []
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join()

    @contextmanager
    def one_idle(self) -> Generator[None]:
        """Let another thread work while the calling thread of the pool waits for something."""
        with self._lock:
            self._waiting += 1
            if self._queue and not self._idle:
                self._add_thread()
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    def _working(self) -> int:
        """How many threads there are, without those that wait for other work."""
        return len(self._threads) - self._waiting

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._serve, name=f"{self._name}-{len(self._threads)}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The system has no more threads to give: go on with those there are.
            if not self._threads:
                raise
            self._limit = len(self._threads)
        else:
            self._threads.append(thread)

    def _serve(self) -> None:
        _here.pool = self
        try:
            while True:
                with self._lock:
                    while not self._queue:
                        if self._closed:
                            return
                        self._idle += 1
                        self._work.wait()
                        self._idle -= 1
                    if self._working() > self._limit:
                        # Those that waited work again: this one has done its turn.
                        self._threads.remove(threading.current_thread())
                        self._work.notify()
                        return
                    item = self._queue.popleft()
                item.run()
                self._finished += 1
                del item
        finally:
            runner = getattr(_here, "runner", None)
            if runner is not None:
                runner.close()

    def _watch(self) -> None:
        stalled = 0
        while True:
            computed, finished = time.process_time(), self._finished
            time.sleep(TICK)
            with self._lock:
                if not self._queue or self._working() >= self._limit or self._closed:
                    self._watched = False
                    return
                waits = (time.process_time() - computed) / TICK < BUSY and not _holding_growth
                stalled = stalled + 1 if self._finished == finished else 0
                wanted = len(self._threads) if waits else int(stalled >= _STALLED_TICKS)
                for _ in range(min(wanted, len(self._queue), self._limit - self._working())):
                    self._add_thread()
                stalled = 0 if stalled >= _STALLED_TICKS else stalled


def idle_while(outcome: Settling[Any]) -> AbstractContextManager[None]:
    """Return a context in which to wait for an outcome: in a thread of a pool, another one takes its place."""
    return nullcontext() if outcome.done() else idle_in_pool()


def idle_in_pool() -> AbstractContextManager[None]:
    """Return a context in which to wait for other work: in a thread of a pool, another one takes its place."""
    pool: ElasticPool | None = getattr(_here, "pool", None)
    return nullcontext() if pool is None else pool.one_idle()


@contextmanager
def growth_held() -> Generator[None]:
    """Wait here for room that more threads would only have to wait for as well, such as slots of a limit.

    No thread takes the place of this one, and pools grow slowly: by one thread whenever nothing is finished for long.
    """
    me, pool = object(), getattr(_here, "pool", None)
    _holding_growth.add(me)
    _here.pool = None
    try:
        yield
    finally:
        _here.pool = pool
        _holding_growth.discard(me)


def thread_runner() -> Any:
    """Return the `asyncio.Runner` of this pool thread, whose event loop lives as long as the thread."""
    runner = getattr(_here, "runner", None)
    if runner is None:
        import asyncio  # only async tasks need it

        runner = _here.runner = asyncio.Runner()
    return runner
