from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import pytest

from prefect._dual.drivers import aiterate, arun, iterate, run
from prefect._dual.effects import Call, Emit, IterationStopped, Steps, call, emit, settle, sleep
from prefect._dual.timeouts import TimeLimitExceeded

WAYS = ["blocking", "awaiting"]


async def drive(way: str, steps: Steps[Any]) -> Any:
    """Run steps by one of the two drivers; the blocking one in a thread of its own."""
    return await arun(steps) if way == "awaiting" else await asyncio.to_thread(run, steps)


def add(a: int, b: int = 0) -> int:
    """Add."""
    return a + b


async def aadd(a: int, b: int = 0) -> int:
    """Add, later."""
    await asyncio.sleep(0)
    return a + b


def fail(*_: Any) -> None:
    """Fail."""
    raise KeyError("a failure of the function")


# --- to the end --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_results_of_effects_come_back_into_the_generator(way: str) -> None:
    """What a step asks for is its value, whichever driver does it."""
    ready: Future[str] = Future()
    ready.set_result("settled")

    def steps() -> Steps[list[Any]]:
        first = yield from call(add, 1, b=2)
        yield from sleep(0)
        nothing: Any = yield from emit("to nobody")
        return [first, (yield from settle(ready)), nothing]

    assert await drive(way, steps()) == [3, "settled", None]


@pytest.mark.parametrize("way", WAYS)
async def test_exceptions_of_effects_are_raised_at_their_step(way: str) -> None:
    """The generator may handle what a function raised, and go on."""

    def steps() -> Steps[str]:
        try:
            yield from call(fail)
        except KeyError as error:
            return f"handled {error} {(yield from call(add, 1))}"
        return "not reached"

    assert await drive(way, steps()) == "handled 'a failure of the function' 1"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "error", [KeyError("x"), KeyboardInterrupt(), SystemExit(3)], ids=lambda error: type(error).__name__
)
async def test_what_is_not_handled_comes_out(way: str, error: BaseException) -> None:
    """An exception that the generator lets pass reaches the caller, after its clean-up."""
    cleaned: list[str] = []

    def raises() -> None:
        raise error

    def steps() -> Steps[None]:
        try:
            yield from call(raises)
        finally:
            yield from call(cleaned.append, "up")

    caught: BaseException | None = None
    try:
        if way == "awaiting":
            await arun(steps())
        else:
            run(steps())
    except BaseException as passed:  # noqa: BLE001 - also what ends the process
        caught = passed
    assert caught is error
    assert cleaned == ["up"]


async def test_the_awaiting_driver_awaits_and_the_other_does_not() -> None:
    """A coroutine function gives its value under the awaiting driver; the loop goes on meanwhile."""

    def steps() -> Steps[int]:
        return (yield from call(aadd, 1, 2))

    assert await arun(steps()) == 3
    coroutine = run(steps())
    assert await coroutine == 3  # pyright: ignore[reportGeneralTypeIssues] - nothing awaited it


async def test_waiting_does_not_hold_up_the_loop() -> None:
    """While one run sleeps or waits for another thread, other coroutines run."""
    future: Future[str] = Future()

    def steps() -> Steps[str]:
        yield from sleep(0.001)
        return (yield from settle(future))

    async def sets() -> None:
        await asyncio.sleep(0.005)
        await asyncio.to_thread(future.set_result, "from a thread")

    assert (await asyncio.gather(arun(steps()), sets()))[0] == "from a thread"


@pytest.mark.parametrize("way", WAYS)
async def test_a_future_that_is_not_done_in_time_is_a_timeout(way: str) -> None:
    """Waiting with a limit ends with TimeoutError, and the future is left as it is."""
    future: Future[None] = Future()

    def steps() -> Steps[str]:
        try:
            yield from settle(future, timeout=0.01)
        except TimeoutError:
            return "late"
        return "in time"

    assert await drive(way, steps()) == "late"
    assert not future.cancelled()


async def test_cancelling_a_wait_leaves_the_work_alone() -> None:
    """A task that is cancelled while it waits for another thread does not cancel that thread's work."""
    future: Future[None] = Future()

    def steps() -> Steps[None]:
        yield from settle(future)

    waiting = asyncio.create_task(arun(steps()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not future.cancelled()
    future.set_result(None)


@pytest.mark.parametrize("way", WAYS)
async def test_a_generator_that_does_nothing_is_fine(way: str) -> None:
    """Steps may return before they ask for anything."""

    def steps() -> Steps[int]:
        return 7
        yield Call(add, (), {})

    assert await drive(way, steps()) == 7


# --- value by value ----------------------------------------------------------------------------------------------


def count(to: int, log: list[str]) -> Steps[str]:
    """Emit numbers; note what is sent back, and the end."""
    try:
        for number in range(to):
            yield from call(log.append, f"makes {number}")
            got: Any = yield Emit(number)
            if got is not None:
                log.append(f"got {got}")
        return "all"
    except ValueError as error:
        log.append(f"told {error}")
        return "stopped"
    except IterationStopped:
        yield from call(log.append, "left early")
        return "left"
    finally:
        log.append("cleaned")


def test_values_are_handed_on_as_they_come() -> None:
    """Each value is made when it is asked for, and the return value is the generator's."""
    log: list[str] = []
    values = iterate(count(2, log))
    assert next(values) == 0
    assert log == ["makes 0"]
    assert values.send("back") == 1
    with pytest.raises(StopIteration) as ended:
        next(values)
    assert ended.value.value == "all"
    assert log == ["makes 0", "got back", "makes 1", "cleaned"]


def test_closing_early_cleans_up() -> None:
    """Who stops to iterate gives the steps the chance to do what belongs to the end, by effects too."""
    log: list[str] = []
    values = iterate(count(5, log))
    next(values)
    values.close()
    assert log == ["makes 0", "left early", "cleaned"]


def test_an_exception_thrown_in_reaches_the_step() -> None:
    """What the consumer throws is raised where the value was emitted."""
    log: list[str] = []
    values = iterate(count(5, log))
    next(values)
    with pytest.raises(StopIteration) as ended:
        values.throw(ValueError("enough"))
    assert ended.value.value == "stopped"
    assert log == ["makes 0", "told enough", "cleaned"]


async def test_values_can_be_iterated_over_in_async_code() -> None:
    """The same steps under `async for`, with awaiting calls between the values."""
    log: list[str] = []
    assert [value async for value in aiterate(count(3, log))] == [0, 1, 2]
    assert log[-1] == "cleaned"
    values = aiterate(count(5, log))
    assert await anext(values) == 0
    await values.aclose()
    assert log[-2:] == ["left early", "cleaned"]


async def test_an_async_consumer_can_throw_and_send() -> None:
    """Async generators take values and exceptions as sync ones do."""
    log: list[str] = []
    values = aiterate(count(5, log))
    await anext(values)
    assert await values.asend("back") == 1
    with pytest.raises(StopAsyncIteration):
        await values.athrow(ValueError("enough"))
    assert log == ["makes 0", "got back", "makes 1", "told enough", "cleaned"]


WHO: ContextVar[str] = ContextVar("who", default="outside")


def inside() -> Steps[None]:
    """Set a context variable, and emit and check it."""
    token = WHO.set("inside")
    for _ in range(2):
        yield from emit(WHO.get())
        yield from call(lambda: None)
        assert WHO.get() == "inside"
    WHO.reset(token)


async def test_who_iterates_does_not_find_himself_inside_the_run() -> None:
    """The context of a run that yields values does not leak to the code that takes them."""
    for value in iterate(inside()):
        assert (value, WHO.get()) == ("inside", "outside")
    async for value in aiterate(inside()):
        assert (value, WHO.get()) == ("inside", "outside")


# --- time limits -------------------------------------------------------------------------------------------------


def limited(fn: Any, *args: Any, timeout: float) -> Steps[Any]:
    """Call a function with a time limit."""
    return (yield Call(fn, args, {}, timeout))


def spin(seconds: float) -> str:
    """Keep a thread busy, in steps at which it can be interrupted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.001)
    return "spun"


def test_a_call_in_the_main_thread_is_interrupted() -> None:
    """A blocking call that takes too long is ended where it stands."""
    began = time.monotonic()
    with pytest.raises(TimeLimitExceeded, match=r"longer than 0\.05 second"):
        run(limited(time.sleep, 30, timeout=0.05))
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_elsewhere_is_interrupted(way: str) -> None:
    """So is a call in another thread, and one that awaits."""
    with pytest.raises(TimeLimitExceeded, match=r"longer than 0\.05 second"):
        await drive(way, limited(asyncio.sleep if way == "awaiting" else spin, 30, timeout=0.05))


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_in_time_is_left_alone(way: str) -> None:
    """A limit that is not reached changes nothing, and nothing comes later."""
    assert await drive(way, limited(aadd if way == "awaiting" else add, 1, 2, timeout=30)) == 3
    assert await drive(way, limited(aadd if way == "awaiting" else add, 1, 2, timeout=30)) == 3


@pytest.mark.parametrize("way", WAYS)
async def test_a_timeout_of_the_users_own_is_not_ours(way: str) -> None:
    """A TimeoutError that the function raises comes out as it is."""

    def own() -> None:
        raise TimeoutError("the database does not answer")

    with pytest.raises(TimeoutError, match="does not answer") as caught:
        await drive(way, limited(own, timeout=30))
    assert not isinstance(caught.value, TimeLimitExceeded)


@pytest.mark.parametrize("thread", [False, True], ids=["main thread", "other thread"])
@pytest.mark.parametrize(("outer", "inner"), [(0.05, 30), (30, 0.05)], ids=["outer first", "inner first"])
def test_of_nested_limits_the_earlier_one_counts(outer: float, inner: float, *, thread: bool) -> None:
    """A limit inside another one neither extends it nor is extended by it."""

    def steps() -> Steps[Any]:
        return (yield Call(run, (limited(spin, 30, timeout=inner),), {}, outer))

    caught: list[BaseException] = []

    def attempt() -> None:
        try:
            run(steps())
        except TimeLimitExceeded as error:
            caught.append(error)

    began = time.monotonic()
    if thread:
        runner = threading.Thread(target=attempt)
        runner.start()
        runner.join(20)
    else:
        attempt()
    assert time.monotonic() - began < 10
    assert [str(error) for error in caught] == ["The call took longer than 0.05 second(s)."]


def test_an_outer_limit_goes_on_after_an_inner_call() -> None:
    """A quick limited call inside does not switch the outer limit off."""

    def inner_then_long() -> None:
        run(limited(add, 1, timeout=5))
        time.sleep(30)

    began = time.monotonic()
    with pytest.raises(TimeLimitExceeded, match=r"0\.1 second"):
        run(limited(inner_then_long, timeout=0.1))
    assert time.monotonic() - began < 10


def test_a_limit_that_is_swallowed_still_holds() -> None:
    """Code that catches every error and returns as if nothing had been does not get around its limit."""

    def deaf() -> str:
        with suppress(Exception):
            time.sleep(30)
        return "as if nothing had been"

    with pytest.raises(TimeLimitExceeded):
        run(limited(deaf, timeout=0.05))
