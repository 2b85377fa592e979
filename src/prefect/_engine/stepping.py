"""User functions that yield: stepped one value at a time, so that each value can be handed on."""

from __future__ import annotations

from typing import Any

from prefect._dual.effects import Call, Steps, emit

_END = object()


def emit_all(iterator: Any, *, is_async: bool, timeout: float | None, owner: object) -> Steps[list[Any]]:
    """Emit each value of a user's generator and return them all. Whoever iterates may stop early: that is an end too.

    Args:
        iterator: The generator that the user's function returned.
        is_async: Whether it is an async generator.
        timeout: How long each step may take, in seconds.
        owner: The run, which a time limit that runs out names as its owner.
    """
    values: list[Any] = []
    step = _anext if is_async else _next
    try:
        while True:
            value = yield Call(step, (iterator,), {}, timeout, owner)
            if value is _END:
                return values
            values.append(value)
            yield from emit(value)
    except GeneratorExit:
        yield Call(iterator.aclose if is_async else iterator.close, (), {})
        return values


def _next(iterator: Any) -> Any:
    return next(iterator, _END)


async def _anext(iterator: Any) -> Any:
    return await anext(iterator, _END)
