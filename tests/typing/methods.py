# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about flows and tasks in classes. Never run, only checked: strictly, by two checkers."""

from typing import Any, assert_type

from prefect import Flow, State, Task, flow, task
from prefect.futures import PrefectFuture, PrefectFutureList


class Counter:
    """Flows and tasks of each kind of method."""

    def __init__(self, start: int = 0) -> None:
        self.start = start

    @task
    def step(self, n: int) -> int:
        return self.start + n

    @task(retries=2)
    async def pause(self, seconds: float, *, reason: str = "") -> str:
        return reason

    @flow
    def count(self, n: int) -> list[int]:
        assert_type(self.step(n), int)
        assert_type(self.step.submit(n), PrefectFuture[int])
        assert_type(self.step.map([n]).result(), list[int])
        assert_type(self.scale(n, 2.0), float)
        assert_type(self.named("a"), bytes)
        return [self.step(number) for number in range(n)]

    @flow(name="Watch")
    async def watch(self, n: int) -> dict[str, int]:
        assert_type(await self.pause(1.0), str)
        return {}

    @task
    @staticmethod
    def scale(n: int, factor: float) -> float:
        return n * factor

    @staticmethod
    @flow
    def report(text: str) -> bool:
        return bool(text)

    @staticmethod
    @task
    async def fetch(url: str) -> bytes:
        return url.encode()

    @task
    @classmethod
    def named(cls, name: str) -> bytes:
        return name.encode()

    @flow
    @classmethod
    def default(cls, n: int) -> set[int]:
        return {n}

    @flow
    @classmethod
    async def probe(cls, n: int) -> frozenset[int]:
        return frozenset({n})


class Doubler(Counter):
    """Methods are inherited."""

    @task
    def own(self) -> int:
        return self.step(1)


counter = Counter()
doubler = Doubler()


def instance_methods() -> None:
    """Through an object, a method takes what it takes after `self`."""
    assert_type(counter.step(1), int)
    assert_type(counter.step(n=1), int)
    assert_type(counter.count(3), list[int])
    assert_type(counter.step.submit(1).result(), int)
    assert_type(counter.step.map([1, 2]), PrefectFutureList[int])
    assert_type(counter.step(1, return_state=True), State[int])
    assert_type(counter.count(1, return_state=True), State[list[int]])
    assert_type(counter.step.with_options(retries=1)(1), int)
    assert_type(counter.count.with_options(name="Count")(1), list[int])
    assert_type(counter.pause.submit(1.0, reason="x"), PrefectFuture[str])
    assert_type(counter.step.name, str)


async def async_instance_methods() -> None:
    """The same, awaited."""
    assert_type(await counter.pause(1.0), str)
    assert_type(await counter.pause(1.0, reason="x"), str)
    assert_type(await counter.watch(1), dict[str, int])
    assert_type(await counter.watch(1, return_state=True), State[dict[str, int]])


def through_the_class() -> None:
    """Through its class, a method takes the object first."""
    assert_type(Counter.step(counter, 1), int)
    assert_type(Counter.count(counter, 1), list[int])


def static_methods() -> None:
    """A static method takes the same through an object and through the class."""
    assert_type(Counter.scale(1, 2.0), float)
    assert_type(counter.scale(1, 2.0), float)
    assert_type(counter.scale.submit(1, 2.0), PrefectFuture[float])
    assert_type(Counter.report("a"), bool)
    assert_type(counter.report("a"), bool)
    assert_type(Counter.fetch.submit("a"), PrefectFuture[bytes])


async def async_static_methods() -> None:
    """The same, awaited."""
    assert_type(await Counter.fetch("a"), bytes)
    assert_type(await counter.fetch("a"), bytes)


def class_methods() -> None:
    """A class method takes what it takes after `cls`, either way."""
    assert_type(Counter.named("a"), bytes)
    assert_type(counter.named("a"), bytes)
    assert_type(Counter.named.submit("a").result(), bytes)
    assert_type(Counter.named.map(["a"]).result(), list[bytes])
    assert_type(Counter.default(1), set[int])
    assert_type(counter.default(1, return_state=True), State[set[int]])


async def async_class_methods() -> None:
    """The same, awaited."""
    assert_type(await Counter.probe(1), frozenset[int])
    assert_type(await counter.probe(1), frozenset[int])


def inherited_methods() -> None:
    """A subclass has the methods of its parent with their types."""
    assert_type(doubler.own(), int)
    assert_type(doubler.step(1), int)
    assert_type(doubler.scale(1, 2.0), float)
    assert_type(Doubler.named("a"), bytes)
    assert_type(doubler.count(1), list[int])


def takes(_: Task[[int], int], __: Flow[[int], list[int]], /, *___: Task[..., Any]) -> None: ...


takes(counter.step, counter.count, counter.pause, Counter.scale)

# --- what must be refused ----------------------------------------------------------------------------------------

counter.step("1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
counter.step()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
counter.step(counter, 1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Counter.step(1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Counter.named(1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
counter.scale("1", 2.0)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
Counter.report(1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
text: str = counter.step(1)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
