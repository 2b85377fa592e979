"""How a store, a lock and a hook are reached from blocking code and from awaiting code.

What becomes of results is written once, as generators of effects. Only the last step differs: which of two methods is
called, and who waits for it. A generator gets one of the two objects below to make that step.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from prefect._dual.effects import Call, Steps

if TYPE_CHECKING:
    from prefect.results.traffic import Traffic


class Reach(Protocol):
    """Makes the last step, in one of two ways."""

    def method(self, target: object, name: str, *args: Any) -> Steps[Any]:
        """Call a method, or its async form."""
        ...

    def function(self, fn: Callable[..., Any], *args: Any) -> Steps[Any]:
        """Call a function of the user's, which may be async."""
        ...

    def admitted(self, traffic: Traffic, weight: int) -> AbstractContextManager[None]:
        """Wait for room in the traffic, where waiting holds up nobody else."""
        ...


class _Blocking:
    """For code that may block its thread."""

    def method(self, target: object, name: str, *args: Any) -> Steps[Any]:
        method = getattr(target, name)
        dual = hasattr(method, "aio")
        return (yield Call(_finished, (method, *args), {"_sync": True} if dual else {}))

    def function(self, fn: Callable[..., Any], *args: Any) -> Steps[Any]:
        return (yield Call(_finished, (fn, *args), {}))

    def admitted(self, traffic: Traffic, weight: int) -> AbstractContextManager[None]:
        return traffic.taking(weight)


class _Awaiting:
    """For code on an event loop, which must not be held up by files."""

    def method(self, target: object, name: str, *args: Any) -> Steps[Any]:
        own = getattr(target, f"a{name}", None)
        if own is not None:
            return (yield Call(own, args, {}))
        method = getattr(target, name)
        if inspect.iscoroutinefunction(method):
            return (yield Call(method, args, {}))
        return (yield Call(_in_thread, (method, *args), {}))

    def function(self, fn: Callable[..., Any], *args: Any) -> Steps[Any]:
        return (yield Call(fn, args, {}))

    def admitted(self, traffic: Traffic, weight: int) -> AbstractContextManager[None]:
        return (
            nullcontext()
        )  # the event loop serialises one result after the other anyway, and must not wait here


BLOCKING: Reach = _Blocking()
AWAITING: Reach = _Awaiting()


def _finished(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    result = fn(*args, **kwargs)
    if inspect.isawaitable(result):
        from prefect._dual.awaiting import finish  # loads asyncio: only for those who use it

        return finish(result)
    return result


async def _in_thread(fn: Callable[..., Any], *args: Any) -> Any:
    import asyncio  # loaded by whoever awaits

    result = await asyncio.to_thread(fn, *args)
    return await result if inspect.isawaitable(result) else result
