"""Making calls in the global loop or in a new thread, from sync and from async code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect._internal.concurrency.calls import Call
from prefect._internal.concurrency.threads import get_global_loop, in_global_loop

P = ParamSpec("P")
R = TypeVar("R")

__all__ = [
    "Call",
    "cast_to_call",
    "create_call",
    "from_async",
    "from_sync",
    "get_global_loop",
    "in_global_loop",
]


def create_call(__fn: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Call[Any]:
    """Return a call of a function, to be made elsewhere."""
    return Call.new(__fn, *args, **kwargs)


def cast_to_call(call_like: Call[Any] | Callable[[], Any]) -> Call[Any]:
    """Return a call; a function becomes a call without arguments."""
    return call_like if isinstance(call_like, Call) else Call.new(call_like)  # pyright: ignore[reportUnknownVariableType] - a call of anything


class _base:
    @staticmethod
    def call_soon_in_loop_thread(
        __call: Call[Any] | Callable[[], Any], timeout: float | None = None
    ) -> Call[Any]:
        """Make a call in the global loop and return it at once; its `result` waits."""
        del timeout
        call = cast_to_call(__call)
        call.run_in_loop_thread()
        return call

    @staticmethod
    def call_soon_in_new_thread(
        __call: Call[Any] | Callable[[], Any], timeout: float | None = None
    ) -> Call[Any]:
        """Make a call in a new thread and return it at once; its `result` waits."""
        del timeout
        call = cast_to_call(__call)
        call.run_in_new_thread()
        return call


class from_sync(_base):
    """For sync code: waiting blocks."""

    @classmethod
    def wait_for_call_in_loop_thread(
        cls, __call: Call[Any] | Callable[[], Any], timeout: float | None = None, *_: Any, **__: Any
    ) -> Any:
        """Make a call in the global loop and wait for its result, at most `timeout` seconds."""
        return cls.call_soon_in_loop_thread(__call).result(timeout)

    @classmethod
    def wait_for_call_in_new_thread(
        cls, __call: Call[Any] | Callable[[], Any], timeout: float | None = None, *_: Any, **__: Any
    ) -> Any:
        """Make a call in a new thread and wait for its result, at most `timeout` seconds."""
        return cls.call_soon_in_new_thread(__call).result(timeout)

    call_in_loop_thread = wait_for_call_in_loop_thread
    call_in_new_thread = wait_for_call_in_new_thread


class from_async(_base):
    """For async code: waiting awaits."""

    @classmethod
    async def wait_for_call_in_loop_thread(
        cls, __call: Call[Any] | Callable[[], Any], timeout: float | None = None, *_: Any, **__: Any
    ) -> Any:
        """Make a call in the global loop and await its result, at most `timeout` seconds."""
        return await asyncio.wait_for(cls.call_soon_in_loop_thread(__call).aresult(), timeout)

    @classmethod
    async def wait_for_call_in_new_thread(
        cls, __call: Call[Any] | Callable[[], Any], timeout: float | None = None, *_: Any, **__: Any
    ) -> Any:
        """Make a call in a new thread and await its result, at most `timeout` seconds."""
        return await asyncio.wait_for(cls.call_soon_in_new_thread(__call).aresult(), timeout)

    call_in_loop_thread = wait_for_call_in_loop_thread
    call_in_new_thread = wait_for_call_in_new_thread
