"""User functions that yield: stepped one value at a time, so that each value can be handed on."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from prefect._dual.effects import Call, IterationStopped, Steps, emit


class _Ended(NamedTuple):
    """Says that a generator has no more values, and what it returned."""

    returned: Any = None


class Stepped(NamedTuple):
    """What came of a generator: the values it gave, and what it returned."""

    values: list[Any]
    returned: Any = None
    is_whole: bool = True
    """Whether it came to its end; whoever iterates may have stopped before."""


def emit_all(iterator: Any, *, is_async: bool, timeout: float | None, owner: object) -> Steps[Stepped]:
    """Emit each value of a user's generator. Whoever iterates may stop early: that is an end like any other.

    Args:
        iterator: The generator that the user's function returned.
        is_async: Whether it is an async generator.
        timeout: How long all its steps together may take, in seconds.
        owner: The run, which a time limit that runs out names as its owner.
    """
    values: list[Any] = []
    step = _anext if is_async else _next
    left = timeout
    try:
        while True:
            began = time.monotonic()
            value = yield Call(step, (iterator,), {}, left, owner)
            if isinstance(value, _Ended):
                return Stepped(values, value.returned)
            if left is not None:
                left = max(left - (time.monotonic() - began), 1e-6)
            values.append(value)
            yield from emit(value)
    except IterationStopped:
        yield Call(iterator.aclose if is_async else iterator.close, (), {})
        return Stepped(values, is_whole=False)


def _next(iterator: Any) -> Any:
    try:
        return next(iterator)
    except StopIteration as stop:
        return _Ended(stop.value)


async def _anext(iterator: Any) -> Any:
    try:
        return await anext(iterator)
    except StopAsyncIteration:
        return _Ended()
