"""Drivers: run a generator of effects, blocking or awaiting, to its end or value by value."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

from prefect import _clock
from prefect._dual.effects import Call, Effect, Emit, IterationStopped, Settle, Sleep, Steps
from prefect._dual.timeouts import async_time_limit, time_limit
from prefect._elastic_pool import idle_while
from prefect._outcome import Settling

R = TypeVar("R")


def run(steps: Steps[R]) -> R:
    """Run `steps` to the end, blocking this thread, and return what it returns."""
    try:
        effect = next(steps)
        while True:
            try:
                result = _perform(effect)
            except BaseException as error:  # the generator decides what to do with it
                effect = steps.throw(error)
            else:
                effect = steps.send(result)
    except StopIteration as stop:
        return stop.value
    finally:
        steps.close()


async def arun(steps: Steps[R]) -> R:
    """Run `steps` to the end without blocking the event loop, and return what it returns."""
    try:
        effect = next(steps)
        while True:
            try:
                result = await _aperform(effect)
            except BaseException as error:  # the generator decides what to do with it
                effect = steps.throw(error)
            else:
                effect = steps.send(result)
    except StopIteration as stop:
        return stop.value
    finally:
        steps.close()


def iterate(steps: Steps[R]) -> Generator[Any, Any, R]:
    """Run `steps`, yielding each value that it emits; what is sent in is what the emitting step gets back.

    The steps run in a context of their own, so that whoever iterates does not find itself inside the run.
    """
    context = copy_context()
    try:
        effect = context.run(next, steps)
        while True:
            try:
                result = (yield effect.value) if type(effect) is Emit else context.run(_perform, effect)
            except GeneratorExit:
                effect = context.run(steps.throw, IterationStopped())
            except BaseException as error:  # the generator decides what to do with it
                effect = context.run(steps.throw, error)
            else:
                effect = context.run(steps.send, result)
    except StopIteration as stop:
        return stop.value
    finally:
        context.run(steps.close)


async def aiterate(steps: Steps[Any]) -> AsyncGenerator[Any, Any]:
    """Run `steps` without blocking the event loop, yielding each value that it emits; see `iterate`."""
    import asyncio  # the front door must not load it

    context = copy_context()
    loop = asyncio.get_running_loop()
    try:
        effect = context.run(next, steps)
        while True:
            try:
                if type(effect) is Emit:
                    result = yield effect.value
                else:
                    result = await loop.create_task(_aperform(effect), context=context)
            except GeneratorExit:
                effect = context.run(steps.throw, IterationStopped())
            except BaseException as error:  # the generator decides what to do with it
                effect = context.run(steps.throw, error)
            else:
                effect = context.run(steps.send, result)
    except StopIteration:
        return
    finally:
        context.run(steps.close)


def _perform(effect: Effect) -> Any:
    if type(effect) is Call:
        if effect.timeout is None:
            return effect.fn(*effect.args, **effect.kwargs)
        with time_limit(effect.timeout, owner=effect.owner):
            return effect.fn(*effect.args, **effect.kwargs)
    if type(effect) is Sleep:
        return _clock.sleep(effect.seconds)
    if type(effect) is Settle:
        with idle_while(effect.future):
            return effect.future.result(effect.timeout)
    return None


async def _aperform(effect: Effect) -> Any:
    if type(effect) is Call:
        if effect.timeout is None:
            result = effect.fn(*effect.args, **effect.kwargs)
            return await result if inspect.isawaitable(result) else result
        async with async_time_limit(effect.timeout, owner=effect.owner):
            result = effect.fn(*effect.args, **effect.kwargs)
            return await result if inspect.isawaitable(result) else result
    if type(effect) is Sleep:
        return await _clock.asleep(effect.seconds)
    if type(effect) is Settle:
        return await _settled(effect.future, effect.timeout)
    return None


async def _settled(future: Settling[R], timeout: float | None) -> R:
    """Await the result of work in another thread; being cancelled here does not touch that work."""
    import asyncio  # the front door must not load it

    if not future.done():
        loop = asyncio.get_running_loop()
        bell = asyncio.Event()

        def ring(_: Any) -> None:
            with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
                loop.call_soon_threadsafe(bell.set)

        future.add_done_callback(ring)
        with idle_while(future):
            await asyncio.wait_for(bell.wait(), timeout)
    return future.result()
