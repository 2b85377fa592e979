"""Calling again what failed, with longer and longer delays."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_SPREAD = 0.3
"""How far a delay may differ from its middle, as a part of it, so that many callers do not come back at once."""

_log = logging.getLogger(__name__)


def exponential_backoff_with_jitter(attempt: int, base_delay: float, max_delay: float) -> float:
    """Return how many seconds to wait after a failed attempt.

    Args:
        attempt: Which attempt it was, counted from 0.
        base_delay: The delay after the first one, in seconds; it doubles with each.
        max_delay: The longest delay, in seconds, before it is spread a little.
    """
    middle = min(base_delay * 2**attempt, max_delay)
    return middle * random.uniform(1 - _SPREAD, 1 + _SPREAD)


def retry_async_fn(
    max_attempts: int = 3,
    backoff_strategy: Callable[[int, float, float], float] = exponential_backoff_with_jitter,
    base_delay: float = 1,
    max_delay: float = 10,
    retry_on_exceptions: tuple[type[Exception], ...] = (Exception,),
    operation_name: str | None = None,
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Callable[P, Coroutine[Any, Any, R]]]:
    """Return a decorator that calls a coroutine function again when it fails.

    Args:
        max_attempts: How often it is called at most.
        backoff_strategy: Gets the number of the failed attempt, from 0, and the two delays; returns the seconds to
            wait.
        base_delay: The first delay in seconds.
        max_delay: The longest delay in seconds.
        retry_on_exceptions: Which exceptions count; others are raised at once.
        operation_name: What to call the function in the log; by default its name.
    """

    def decorate(func: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
        name = operation_name or getattr(func, "__name__", repr(func))

        @wraps(func)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            attempt = 0
            while True:
                try:
                    return await func(*args, **kwargs)
                except retry_on_exceptions as error:
                    attempt += 1
                    if attempt >= max_attempts:
                        _log.exception("%r failed after %s attempts.", name, max_attempts)
                        raise
                    delay = backoff_strategy(attempt - 1, base_delay, max_delay)
                    _log.warning(
                        "Attempt %s of %s of %r failed: %s. The next one begins in %.3g seconds.",
                        attempt,
                        max_attempts,
                        name,
                        error,
                        delay,
                    )
                    await asyncio.sleep(delay)

        return wrapper

    return decorate
