"""Dual names: one function that returns a value to sync code and an awaitable to async code.

The async form is always there as `.aio`; `_sync=True` or `_sync=False` overrides the guess.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

run_is_async: ContextVar[bool | None] = ContextVar("run_is_async", default=None)
"""Whether the flow or task that runs here is async; None outside of any run. The engine sets it."""


def is_in_async_context() -> bool:
    """Whether the caller can await: it is async flow or task code, or an event loop runs in this thread."""
    inside = run_is_async.get()
    if inside is not None:
        return inside
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def async_dispatch(
    async_impl: Callable[..., Coroutine[Any, Any, Any]],
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a sync function return an awaitable of `async_impl` when it is called from async code.

    Example:
        >>> @async_dispatch(aread)
        ... def read(name: str) -> str: ...
        >>> read("x")            # in sync code: the value
        >>> await read("x")      # in async code
        >>> await read.aio("x")  # anywhere async
    """

    def decorate(sync_impl: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(sync_impl)
        def wrapper(*args: Any, _sync: bool | None = None, **kwargs: Any) -> Any:
            use_async = is_in_async_context() if _sync is None else not _sync
            return async_impl(*args, **kwargs) if use_async else sync_impl(*args, **kwargs)

        wrapper.aio = async_impl  # pyright: ignore[reportAttributeAccessIssue] - the documented handle
        return wrapper

    return decorate
