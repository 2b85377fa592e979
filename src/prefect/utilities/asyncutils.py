"""From sync code to async code and back, under the path that integrations import."""

from __future__ import annotations

import asyncio
import inspect
import threading
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import anyio
import anyio.from_thread
import anyio.to_thread

from prefect._dual.dispatch import is_in_async_context
from prefect._internal.concurrency.api import create_call, in_global_loop
from prefect.utilities.gathering import (
    GatherIncomplete,
    GatherTaskGroup,
    create_gather_task_group,
    gather,
)

__all__ = [
    "GatherIncomplete",
    "GatherTaskGroup",
    "LazySemaphore",
    "asyncnullcontext",
    "call_with_mark",
    "create_gather_task_group",
    "create_task",
    "gather",
    "get_thread_limiter",
    "in_async_main_thread",
    "in_async_worker_thread",
    "is_async_fn",
    "is_async_gen_fn",
    "mark_as_worker_thread",
    "run_async_from_worker_thread",
    "run_async_in_new_loop",
    "run_coro_as_sync",
    "run_sync_in_worker_thread",
    "sync",
    "sync_compatible",
]

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 250
"""How many functions at once `run_sync_in_worker_thread` runs in one event loop."""

_this_thread = threading.local()
_limiters: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, anyio.CapacityLimiter] = (
    weakref.WeakKeyDictionary()
)
_tasks: set[asyncio.Task[Any]] = set()
"""Tasks that run: an event loop holds them only weakly."""


def is_async_fn(func: Callable[..., Any]) -> bool:
    """Return whether a function, below its decorators, is a coroutine function."""
    return inspect.iscoroutinefunction(inspect.unwrap(func))


def is_async_gen_fn(func: Callable[..., Any]) -> bool:
    """Return whether a function, below its decorators, is an async generator."""
    return inspect.isasyncgenfunction(inspect.unwrap(func))


def create_task(coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
    """Start a coroutine in the running loop, and keep its task until it is done."""
    task = asyncio.create_task(coroutine)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


def run_coro_as_sync(
    coroutine: Coroutine[Any, Any, R], *, force_new_thread: bool = False, wait_for_result: bool = True
) -> R | None:
    """Run a coroutine from sync code, in the event loop that the process keeps for that, and return its result.

    Args:
        coroutine: What to run; it sees the context variables of the caller.
        force_new_thread: Run it in a thread and a loop of its own, as is done anyway inside that loop.
        wait_for_result: Otherwise None is returned at once.
    """

    async def awaited() -> R:
        return await coroutine

    call = create_call(awaited)
    if force_new_thread or in_global_loop():
        call.run_in_new_thread()
    else:
        call.run_in_loop_thread()
    return call.result() if wait_for_result else None


def sync_compatible(async_fn: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Any]:
    """Make a coroutine function return its result in sync code, and a coroutine in async code.

    `_sync=True` or `_sync=False` in a call overrides the guess; `.aio` is the coroutine function.

    Raises:
        TypeError: It is no coroutine function.
    """
    if not is_async_fn(async_fn):
        raise TypeError("The decorated function must be async.")

    @wraps(async_fn)
    def wrapper(*args: Any, _sync: bool | None = None, **kwargs: Any) -> Any:
        use_async = is_in_async_context() if _sync is None else not _sync
        coroutine = async_fn(*args, **kwargs)
        return coroutine if use_async else run_coro_as_sync(coroutine)

    wrapper.aio = async_fn  # pyright: ignore[reportAttributeAccessIssue] - the documented handle
    return wrapper


def get_thread_limiter() -> anyio.CapacityLimiter:
    """Return what limits the worker threads of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _limiters:
        _limiters[loop] = anyio.CapacityLimiter(THREADS)
    return _limiters[loop]


def mark_as_worker_thread() -> None:
    """Note that this thread works for an event loop."""
    _this_thread.is_worker = True


def call_with_mark(call: Callable[..., R]) -> R:
    """Call a function in a thread that works for an event loop."""
    mark_as_worker_thread()
    return call()


async def run_sync_in_worker_thread(fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a sync function in a worker thread and await its result, with the context variables of the caller.

    When the caller is cancelled, the thread is left to end by itself.
    """
    call = partial(fn, *args, **kwargs)
    return await anyio.to_thread.run_sync(
        call_with_mark, call, abandon_on_cancel=True, limiter=get_thread_limiter()
    )


def run_async_from_worker_thread(fn: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a coroutine function in the event loop that this worker thread works for, and wait for its result."""

    async def awaited() -> R:
        return await fn(*args, **kwargs)

    return anyio.from_thread.run(awaited)


def run_async_in_new_loop(fn: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a coroutine function in a new event loop in this thread."""

    async def awaited() -> R:
        return await fn(*args, **kwargs)

    return anyio.run(awaited)


def in_async_worker_thread() -> bool:
    """Return whether this thread works for an event loop."""
    return getattr(_this_thread, "is_worker", False)


def in_async_main_thread() -> bool:
    """Return whether an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return not in_async_worker_thread()


def sync(async_fn: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a coroutine function from sync code: from a worker thread in its loop, otherwise in a new one.

    Raises:
        RuntimeError: The caller is async and has to await instead.
    """
    if in_async_main_thread():
        raise RuntimeError("`sync` cannot be used where an event loop runs. Await the function instead.")
    if in_async_worker_thread():
        return run_async_from_worker_thread(async_fn, *args, **kwargs)
    return run_async_in_new_loop(async_fn, *args, **kwargs)


@asynccontextmanager
async def asyncnullcontext(value: R | None = None, *args: Any, **kwargs: Any) -> AsyncGenerator[R | None]:
    """Do nothing around an `async with`, and give `value`."""
    yield value


class LazySemaphore(AbstractAsyncContextManager[asyncio.Semaphore]):
    """A semaphore that is made when it is first used.

    Args:
        initial_value_func: Returns how many may hold it at once.
    """

    def __init__(self, initial_value_func: Callable[[], int]) -> None:
        self._initial_value_func = initial_value_func
        self._semaphore: asyncio.Semaphore | None = None

    async def __aenter__(self) -> asyncio.Semaphore:
        if self._semaphore is None:
            self._semaphore = asyncio.Semaphore(self._initial_value_func())
        await self._semaphore.acquire()
        return self._semaphore

    async def __aexit__(self, *_: object) -> None:
        assert self._semaphore is not None
        self._semaphore.release()
