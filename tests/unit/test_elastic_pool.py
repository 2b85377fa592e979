from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from prefect import _elastic_pool
from prefect._elastic_pool import ElasticPool, WorkItem, idle_while

SOON = 20


class Clock:
    """The time module as the pool uses it, with a processor that is busy or idle as the test wants."""

    def __init__(self) -> None:
        self.busy = False
        self.ticks = 0
        self._computed = 0.0
        self.go = threading.Semaphore(0)
        self.reached = threading.Semaphore(0)

    def process_time(self) -> float:
        """Return how long the process has computed."""
        return self._computed

    def monotonic(self) -> float:
        """Return a time."""
        return self.ticks * _elastic_pool.TICK

    def sleep(self, seconds: float) -> None:
        """Let one tick pass when the test says so."""
        self.reached.release()
        assert self.go.acquire(timeout=SOON)
        self.ticks += 1
        self._computed += seconds if self.busy else 0.0

    def tick(self, times: int = 1) -> None:
        """Let ticks pass, and wait until the pool has thought about them."""
        for _ in range(times):
            assert self.reached.acquire(timeout=SOON)
            self.go.release()
        assert self.reached.acquire(timeout=SOON)
        self.reached.release()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A held clock in the pool's room."""
    held = Clock()
    monkeypatch.setattr(_elastic_pool, "time", held)
    yield held
    for _ in range(10_000):
        held.go.release()


@pytest.fixture
def make() -> Iterator[Callable[[int], ElasticPool]]:
    """Make pools that are closed after the test."""
    pools: list[ElasticPool] = []

    def pool(limit: int) -> ElasticPool:
        pools.append(ElasticPool(limit, "test"))
        return pools[-1]

    yield pool
    for made in pools:
        made.close(wait=False)


def put(pool: ElasticPool, work: Callable[[], Any]) -> Future[Any]:
    """Queue work and return its future."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - as a task run does
            future.set_exception(error)

    pool.submit(WorkItem(run, future))
    return future


def test_work_is_done_in_order_by_one_thread(make: Callable[[int], ElasticPool]) -> None:
    """With one thread work is done as it came, in a thread of the pool's name."""
    pool, log = make(1), list[int]()
    futures = [put(pool, lambda n=n: log.append(n) or threading.current_thread().name) for n in range(50)]
    assert {future.result(SOON) for future in futures} == {"test-0"}
    assert log == list(range(50))


def test_no_more_threads_run_than_the_limit(make: Callable[[int], ElasticPool]) -> None:
    """At most so many pieces of work run at the same time."""
    pool, lock = make(3), threading.Lock()
    present, most = 0, 0

    def work() -> None:
        nonlocal present, most
        with lock:
            present += 1
            most = max(most, present)
        threading.Event().wait(0.002)
        with lock:
            present -= 1

    for future in [put(pool, work) for _ in range(60)]:
        future.result(SOON)
    assert 1 < most <= 3


def test_it_grows_while_its_threads_wait(make: Callable[[int], ElasticPool], clock: Clock) -> None:
    """Work that only waits gets thread after thread, twice as many at each look, until all of it runs."""
    pool, gate, running = make(100), threading.Event(), threading.Semaphore(0)

    def waits() -> None:
        running.release()
        gate.wait(SOON)

    futures = [put(pool, waits) for _ in range(40)]
    base = pool._base
    clock.tick()
    assert len(pool._threads) == 2 * base
    for _ in range(6):
        if len(pool._threads) >= 40:
            break
        clock.tick()
    for _ in range(40):
        assert running.acquire(timeout=SOON)
    gate.set()
    for future in futures:
        future.result(SOON)


def test_it_does_not_grow_while_its_threads_compute(make: Callable[[int], ElasticPool], clock: Clock) -> None:
    """Work that computes is not spread over threads which would only contend for the interpreter."""
    pool, gate = make(100), threading.Event()
    clock.busy = True
    futures = [put(pool, lambda: gate.wait(SOON)) for _ in range(40)]
    clock.tick(5)
    assert len(pool._threads) == pool._base
    gate.set()
    for future in futures:
        future.result(SOON)


def test_it_grows_a_little_when_nothing_comes_to_an_end(
    make: Callable[[int], ElasticPool], clock: Clock
) -> None:
    """Something else in the process may compute while the pool waits: after a while without progress one is added."""
    pool, gate = make(100), threading.Event()
    clock.busy = True
    futures = [put(pool, lambda: gate.wait(SOON)) for _ in range(40)]
    clock.tick(_elastic_pool._STALLED_TICKS + 1)
    assert len(pool._threads) == pool._base + 1
    gate.set()
    for future in futures:
        future.result(SOON)


def test_an_error_that_escapes_is_no_end_of_the_pool(make: Callable[[int], ElasticPool]) -> None:
    """A failure is told by its future; the thread serves what comes next."""
    pool = make(1)
    with pytest.raises(KeyError):
        put(pool, lambda: {}["missing"]).result(SOON)
    assert put(pool, lambda: "next").result(SOON) == "next"


def test_closing_finishes_what_is_queued(make: Callable[[int], ElasticPool]) -> None:
    """A closed pool does the work it has, ends its threads, and takes no more."""
    pool = make(2)
    futures = [put(pool, lambda n=n: n) for n in range(100)]
    pool.close()
    assert [future.result(0) for future in futures] == list(range(100))
    assert not any(thread.is_alive() for thread in pool._threads)
    with pytest.raises(RuntimeError, match="takes no more work"):
        put(pool, lambda: None)


def test_a_pool_that_never_worked_can_be_closed(make: Callable[[int], ElasticPool]) -> None:
    """A flow without submitted tasks costs no thread."""
    pool = make(5)
    pool.close()
    assert pool._threads == []


def test_a_thread_that_waits_lets_another_one_work(make: Callable[[int], ElasticPool]) -> None:
    """With one thread, work that waits for work of the same pool gets its answer, many levels deep."""
    pool = make(1)

    def nest(depth: int) -> int:
        if depth == 0:
            return 0
        inner = put(pool, lambda: nest(depth - 1))
        with idle_while(inner):
            return 1 + inner.result(SOON)

    assert put(pool, lambda: nest(30)).result(SOON) == 30
    # The threads that stepped in have gone again, or go when they next look for work.
    for _ in range(40):
        put(pool, lambda: None).result(SOON)
    assert pool._working() == 1


def test_waiting_outside_of_a_pool_changes_nothing() -> None:
    """In the main thread there is nobody to step in."""
    future: Future[str] = Future()
    with idle_while(future):
        future.set_result("done")
    with idle_while(future):
        assert future.result(0) == "done"
