"""Effects: what a generator may ask of its driver.

The life of a run is written once, as a generator that yields effects and gets their results back:

    def steps() -> Steps[str]:
        number = yield from call(fetch, url)     # `fetch` may be a function or a coroutine function
        yield from sleep(1.5)
        return str(number)

`prefect._dual.drivers` runs it: `run(steps())` blocks, `await arun(steps())` awaits. Exceptions of an effect are
raised inside the generator, at its `yield`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeAlias, TypeVar, overload

from prefect._outcome import Settling

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Call:
    """Call a function; await what it returns if that is awaitable.

    `timeout` is in seconds; the exception of a limit that runs out names `owner`.
    """

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    timeout: float | None = None
    owner: object = None


@dataclass(slots=True)
class Sleep:
    """Let time pass, in seconds."""

    seconds: float


@dataclass(slots=True)
class Settle:
    """Wait until work of another thread is done and take its result. `timeout` is in seconds."""

    future: Settling[Any]
    timeout: float | None = None


class IterationStopped(BaseException):
    """Raised at an `Emit` when whoever iterates wants no more values.

    It is not GeneratorExit, which a generator inside another cannot catch and go on.
    """


@dataclass(slots=True)
class Emit:
    """Hand a value to whoever iterates over the run; a driver that nobody iterates over collects it."""

    value: Any


Effect: TypeAlias = Call | Sleep | Settle | Emit
Steps: TypeAlias = Generator[Effect, Any, R]
"""A generator that asks for effects and returns an `R`."""


@overload
def call(fn: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> Steps[R]: ...
@overload
def call(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Steps[R]: ...
def call(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Steps[Any]:
    """Call `fn` through the driver; in an async driver its awaitable is awaited."""
    return (yield Call(fn, args, kwargs))


def sleep(seconds: float) -> Steps[None]:
    """Let `seconds` pass without holding up an event loop."""
    yield Sleep(seconds)


def emit(value: Any) -> Steps[None]:
    """Hand a value to whoever iterates over the run."""
    yield Emit(value)


def settle(future: Settling[R], timeout: float | None = None) -> Steps[R]:
    """Wait for a future of another thread, at most `timeout` seconds."""
    return (yield Settle(future, timeout))
