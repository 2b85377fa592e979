"""Answers of the database on their way to whoever waits for them in an event loop."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

import pytest

from prefect.server.api.arrivals import Arrivals


async def test_each_gets_its_own_answer() -> None:
    """Many that wait at once get each its own result, whatever thread makes them ready, and in whatever order."""
    arrivals = Arrivals(asyncio.get_running_loop())
    futures: list[Future[int]] = [Future() for _ in range(1000)]
    waiting = [arrivals.wait_for(future) for future in futures]

    def answer(part: list[tuple[int, Future[int]]]) -> None:
        for number, future in part:
            future.set_result(number)

    numbered = list(enumerate(futures))
    threads = [threading.Thread(target=answer, args=(numbered[start::4][::-1],)) for start in range(4)]
    for thread in threads:
        thread.start()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 20) == list(range(1000))
    for thread in threads:
        thread.join()


async def test_failures_and_those_who_have_left() -> None:
    """An error reaches whoever waits for it; one who has gone away disturbs nobody."""
    arrivals = Arrivals(asyncio.get_running_loop())
    failing, left, done = Future[int](), Future[int](), Future[int]()
    first, second = arrivals.wait_for(failing), arrivals.wait_for(left)
    second.cancel()
    done.set_result(5)
    assert await arrivals.wait_for(done) == 5
    left.set_result(1)
    failing.set_exception(KeyError("x"))
    with pytest.raises(KeyError):
        await first


def test_a_loop_that_is_closed() -> None:
    """An answer for a loop that is gone is dropped, and the thread that made it goes on."""
    loop = asyncio.new_event_loop()
    arrivals = Arrivals(loop)
    future = Future[int]()
    arrivals.wait_for(future)
    loop.close()
    future.set_result(1)
    assert future.result() == 1
