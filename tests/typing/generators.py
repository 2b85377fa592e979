# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about flows and tasks that yield. Never run, only checked: strictly, by two checkers."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import assert_type

from prefect import State, flow, task
from prefect.futures import PrefectFuture, PrefectFutureList


@task
def numbers(n: int) -> Generator[int, None, None]:
    yield from range(n)


@task(retries=1)
def words(text: str) -> Iterator[str]:
    yield from text.split()


@task
def echo(first: int) -> Generator[int, str, bytes]:
    yield first
    return b""


@task
async def lines(url: str) -> AsyncGenerator[str, None]:
    yield url


@task
async def chunks(url: str) -> AsyncIterator[bytes]:
    yield url.encode()


@flow
def batches(n: int) -> Generator[list[int], None, None]:
    yield list(range(n))


@flow(name="Pages")
def pages(n: int) -> Iterator[str]:
    yield str(n)


@flow
async def events(topic: str) -> AsyncGenerator[dict[str, str], None]:
    yield {"topic": topic}


@flow
async def ticks(seconds: float) -> AsyncIterator[float]:
    yield seconds


def calls() -> None:
    """A call gives the generator."""
    assert_type(numbers(3), Generator[int, None, None])
    assert_type(list(numbers(3)), list[int])
    assert_type(next(numbers(3)), int)
    assert_type(words("a b"), Iterator[str])
    assert_type(list(words("a b")), list[str])
    assert_type(echo(1), Generator[int, str, bytes])
    assert_type(echo(1).send("a"), int)
    assert_type(batches(3), Generator[list[int], None, None])
    assert_type(list(batches(3)), list[list[int]])
    assert_type(pages(3), Iterator[str])


async def async_calls() -> None:
    """A call gives the async generator, without awaiting."""
    assert_type(lines("a"), AsyncGenerator[str, None])
    assert_type([line async for line in lines("a")], list[str])
    assert_type(chunks("a"), AsyncIterator[bytes])
    assert_type([chunk async for chunk in chunks("a")], list[bytes])
    assert_type(events("a"), AsyncGenerator[dict[str, str], None])
    assert_type([event async for event in events("a")], list[dict[str, str]])
    assert_type(ticks(1.0), AsyncIterator[float])
    assert_type(await anext(events("a")), dict[str, str])


def futures() -> None:
    """The future of a generator is one of the list of what it yields."""
    assert_type(numbers.submit(3), PrefectFuture[list[int]])
    assert_type(numbers.submit(3).result(), list[int])
    assert_type(echo.submit(3).result(), list[int])
    assert_type(lines.submit("a"), PrefectFuture[list[str]])
    assert_type(lines.submit("a").result(), list[str])
    assert_type(numbers.submit(3, return_state=True), State[list[int]])
    assert_type(lines.submit("a", wait_for=[numbers.submit(3)]), PrefectFuture[list[str]])
    assert_type(numbers.map([1, 2]), PrefectFutureList[list[int]])
    assert_type(numbers.map([1, 2]).result(), list[list[int]])
    assert_type(lines.map(["a"]).result(), list[list[str]])
    assert_type(numbers.map([1, 2], return_state=True), list[State[list[int]]])


def options() -> None:
    """Options do not change what is yielded."""
    assert_type(numbers.with_options(retries=3)(1), Generator[int, None, None])
    assert_type(batches.with_options(name="B")(1), Generator[list[int], None, None])
    assert_type(lines.with_options(retries=3).submit("a").result(), list[str])


# --- what must be refused ----------------------------------------------------------------------------------------

numbers("3")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
lines(3)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
batches()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
number: int = numbers.submit(3).result()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
