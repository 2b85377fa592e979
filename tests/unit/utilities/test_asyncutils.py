"""`prefect.utilities.asyncutils`: from sync code to async code and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextvars import ContextVar
from typing import Any

import anyio
import pytest

from prefect.utilities.asyncutils import (
    GatherIncomplete,
    LazySemaphore,
    asyncnullcontext,
    create_gather_task_group,
    create_task,
    gather,
    get_thread_limiter,
    in_async_main_thread,
    in_async_worker_thread,
    is_async_fn,
    is_async_gen_fn,
    run_async_from_worker_thread,
    run_async_in_new_loop,
    run_coro_as_sync,
    run_sync_in_worker_thread,
    sync,
    sync_compatible,
)

colour: ContextVar[str] = ContextVar("colour", default="none")


async def double(number: int) -> int:
    """Return twice a number, later."""
    await asyncio.sleep(0)
    return number * 2


def test_functions_are_told_apart() -> None:
    """Coroutine functions and async generators are known below their decorators too."""

    async def numbers() -> AsyncGenerator[int]:
        yield 1

    assert is_async_fn(double)
    assert not is_async_fn(print)
    assert is_async_gen_fn(numbers)
    assert not is_async_gen_fn(double)


def test_a_coroutine_runs_from_sync_code() -> None:
    """A coroutine gives its result to sync code, and sees the context variables of the caller."""

    async def seen() -> str:
        return colour.get()

    token = colour.set("red")
    try:
        assert run_coro_as_sync(seen()) == "red"
        assert run_coro_as_sync(seen(), force_new_thread=True) == "red"
    finally:
        colour.reset(token)
    with pytest.raises(ZeroDivisionError):
        run_coro_as_sync(fails())


async def fails() -> None:
    """Fail."""
    raise ZeroDivisionError


def test_a_coroutine_can_be_left_to_itself() -> None:
    """Without waiting, None is returned at once and the coroutine runs on."""
    done = threading.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    assert run_coro_as_sync(work(), wait_for_result=False) is None
    assert done.wait(30)


async def test_a_coroutine_runs_from_sync_code_in_async_code() -> None:
    """Sync code that a coroutine of that loop calls can still run a coroutine and wait for it."""

    async def outer() -> Any:
        return run_coro_as_sync(double(2))

    assert await asyncio.to_thread(run_coro_as_sync, outer()) == 4


def test_one_name_for_sync_and_async_code() -> None:
    """A sync-compatible function returns a value to sync code and an awaitable to async code."""
    both = sync_compatible(double)

    async def inside() -> int:
        return await both(3)

    assert both(2) == 4
    assert asyncio.run(inside()) == 6
    assert asyncio.run(both(4, _sync=False)) == 8
    assert asyncio.run(both.aio(5)) == 10
    with pytest.raises(TypeError, match="must be async"):
        sync_compatible(print)  # pyright: ignore[reportArgumentType] - that is what is refused


async def test_a_sync_function_runs_in_a_worker_thread() -> None:
    """A sync function runs beside the event loop, and can call coroutines in it."""
    here = asyncio.get_running_loop()

    async def loop() -> Any:
        return asyncio.get_running_loop()

    def work(first: int, *, second: int) -> tuple[int, bool, bool, Any, str]:
        return first + second, in_async_worker_thread(), in_async_main_thread(), sync(loop), colour.get()

    colour.set("blue")
    assert await run_sync_in_worker_thread(work, 1, second=2) == (3, True, False, here, "blue")
    assert await run_sync_in_worker_thread(run_async_from_worker_thread, double, 4) == 8
    assert in_async_main_thread()
    assert get_thread_limiter() is get_thread_limiter()
    with pytest.raises(RuntimeError, match="Await the function"):
        sync(double, 1)


def test_a_coroutine_function_runs_in_a_loop_of_its_own() -> None:
    """Outside of any loop, a coroutine function runs in a new one."""
    assert run_async_in_new_loop(double, 2) == 4
    assert sync(double, 3) == 6
    assert not in_async_main_thread()


async def test_results_of_a_group_are_kept() -> None:
    """A gathering group gives what its tasks returned when it has ended, and not before."""
    async with create_gather_task_group() as group:
        key = group.start_soon(double, 2)
        with pytest.raises(GatherIncomplete):
            group.get_result(key)
        with pytest.raises(RuntimeError, match="start_soon"):
            await group.start(double, 2)
    assert group.get_result(key) == 4
    assert await gather(lambda: double(1), lambda: double(2)) == [2, 4]


async def test_a_group_can_be_cancelled() -> None:
    """Cancelling the scope of a gathering group ends what it runs."""
    async with create_gather_task_group() as group:
        key = group.start_soon(anyio.sleep_forever)
        group.cancel_scope.cancel()
    with pytest.raises(GatherIncomplete):
        group.get_result(key)


async def test_a_task_is_kept_until_it_is_done() -> None:
    """A task that nobody holds is not lost."""
    assert await create_task(double(2)) == 4


async def test_a_context_that_does_nothing() -> None:
    """The null context gives the value that it was made with."""
    async with asyncnullcontext(5, "ignored") as value:
        assert value == 5


async def test_a_semaphore_is_made_when_it_is_needed() -> None:
    """A lazy semaphore asks how many may hold it when it is first used."""
    asked: list[int] = []
    semaphore = LazySemaphore(lambda: asked.append(1) or 1)
    assert not asked
    async with semaphore as inner:
        assert inner.locked()
    async with semaphore:
        assert asked == [1]
