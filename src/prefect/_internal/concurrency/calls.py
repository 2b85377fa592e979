"""A call that is made somewhere else than where its result is wanted."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextvars import Context, copy_context
from typing import Any, Generic, ParamSpec, TypeVar

from prefect._internal.concurrency.threads import get_global_loop

P = ParamSpec("P")
R = TypeVar("R")


class Call(Generic[R]):
    """A function with its arguments, the context in which it was made, and a future for what it returns."""

    def __init__(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.fn = fn
        self.args = args
        self.kwargs = kwargs
        self.context: Context = copy_context()
        self.future: Future[R] = Future()

    @classmethod
    def new(cls, fn: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> Call[Any]:
        """Return a call of a function, which may be a coroutine function."""
        return cls(fn, args, kwargs)

    def run_in_loop_thread(self) -> None:
        """Make the call in the global loop."""
        loop = get_global_loop().loop
        loop.call_soon_threadsafe(lambda: loop.create_task(self._run_async(), context=self.context))

    def run_in_new_thread(self) -> None:
        """Make the call in a thread of its own."""
        threading.Thread(target=self.context.run, args=(self._run,), name="prefect-call", daemon=True).start()

    def result(self, timeout: float | None = None) -> R:
        """Wait for what the call returns, at most `timeout` seconds."""
        return self.future.result(timeout)

    async def aresult(self) -> R:
        """Await what the call returns."""
        return await asyncio.wrap_future(self.future)

    def __call__(self) -> R | Awaitable[R]:
        """Make the call here."""
        return self.fn(*self.args, **self.kwargs)

    async def _run_async(self) -> None:
        try:
            result = self.fn(*self.args, **self.kwargs)
            self.future.set_result(await result if inspect.isawaitable(result) else result)
        except BaseException as error:  # it belongs to whoever waits for the result
            self.future.set_exception(error)

    def _run(self) -> None:
        try:
            result = self.fn(*self.args, **self.kwargs)
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
            self.future.set_result(result)
        except BaseException as error:  # it belongs to whoever waits for the result
            self.future.set_exception(error)
