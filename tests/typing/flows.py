# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about `@flow` and calls of flows. Never run, only checked: strictly, by two checkers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, NoReturn, TypedDict, TypeVar, assert_type

from pydantic import BaseModel

from prefect import Flow, State, flow

T = TypeVar("T")


class Row(BaseModel):
    key: str
    value: float = 0.0


@dataclass
class Page:
    number: int


class Totals(TypedDict):
    count: int
    mean: float


class Span(NamedTuple):
    first: date
    last: date


class Box(Generic[T]):
    def __init__(self, content: T) -> None:
        self.content = content


# --- what is returned --------------------------------------------------------------------------------------------


@flow
def add(x: int, y: int = 1) -> int:
    return x + y


@flow()
def empty() -> None: ...


@flow(name="Label", retries=2, retry_delay_seconds=10, log_prints=True, flow_run_name="label-{x}")
def label(x: int) -> str:
    return str(x)


@flow(
    retries=0,
    retry_delay_seconds=[1, 2.5],
    timeout_seconds=1.5,
    persist_result=False,
    validate_parameters=False,
)
def rows(path: Path, *keys: str, strict: bool = False, **values: float) -> list[Row]:
    return [Row(key=key) for key in keys]


@flow
def page(number: int) -> Page | None:
    return Page(number) if number else None


@flow
def totals(values: list[float]) -> Totals:
    return {"count": len(values), "mean": 0.0}


@flow
def span(first: date, /, last: date, *, open_end: bool = False) -> Span:
    return Span(first, last)


@flow
def mode(name: Literal["fast", "slow"]) -> Literal["fast", "slow"]:
    return name


@flow
def pair(row: Row) -> tuple[str, float]:
    return row.key, row.value


@flow
def wrap(row: Row) -> Box[Row]:
    return Box(row)


@flow
def maker(n: int) -> Callable[[int], str]:
    return str


@flow
def anything(value: Any) -> Any:
    return value


@flow
def never(message: str) -> NoReturn:
    raise ValueError(message)


def values() -> None:
    """A call gives what the function gives."""
    assert_type(add(1), int)
    assert_type(add(1, y=2), int)
    assert_type(add(x=1, y=2), int)
    assert_type(label(1), str)
    assert_type(rows(Path(), "a", "b", strict=True, weight=1.0), list[Row])
    assert_type(page(1), Page | None)
    assert_type(totals([1.0]), Totals)
    assert_type(totals([1.0])["count"], int)
    assert_type(span(date.min, date.max, open_end=True), Span)
    assert_type(mode("fast"), Literal["fast", "slow"])
    assert_type(pair(Row(key="a")), tuple[str, float])
    assert_type(wrap(Row(key="a")), Box[Row])
    assert_type(wrap(Row(key="a")).content.value, float)
    assert_type(maker(1)(2), str)
    assert_type(anything(1), Any)


# --- async -------------------------------------------------------------------------------------------------------


@flow
async def gather(url: str) -> dict[str, int]:
    return {url: len(url)}


@flow(timeout_seconds=30)
async def crawl(url: str, *, depth: int = 1) -> list[str]:
    return [url]


@flow
def later(url: str) -> Awaitable[bytes]:
    raise NotImplementedError


async def async_values() -> None:
    """An async flow is awaited like its function."""
    assert_type(await gather("a"), dict[str, int])
    assert_type(await crawl("a", depth=2), list[str])
    assert_type(await later("a"), bytes)
    assert_type((await crawl("a"))[0], str)


# --- states ------------------------------------------------------------------------------------------------------


def states() -> None:
    """With `return_state` a call gives the state of what the function gives."""
    assert_type(add(1, return_state=True), State[int])
    assert_type(add(1, return_state=True).result(), int)
    assert_type(page(1, return_state=True), State[Page | None])
    assert_type(rows(Path(), return_state=True).result()[0].key, str)
    assert_type(add(1, return_state=False), int)
    assert_type(add(1, wait_for=[add(2, return_state=True)]), int)
    assert_type(add(1, wait_for=None, return_state=True), State[int])


async def async_states() -> None:
    """The same, awaited."""
    assert_type(await gather("a", return_state=True), State[dict[str, int]])
    assert_type(await crawl("a", return_state=False), list[str])
    assert_type(await crawl("a", wait_for=[]), list[str])
    assert_type(await (await gather("a", return_state=True)).aresult(), dict[str, int])


# --- the flow itself ---------------------------------------------------------------------------------------------


def attributes() -> None:
    """What a flow was made of can be read."""
    assert_type(add.name, str)
    assert_type(add.version, str | None)
    assert_type(add.description, str | None)
    assert_type(add.retries, int)
    assert_type(add.timeout_seconds, float | None)
    assert_type(add.fn(1), int)
    assert_type(add.isasync, bool)
    assert_type(add.isgenerator, bool)
    assert_type(add.log_prints, bool | None)
    assert_type(add.validate_parameters({"x": "1"}), dict[str, Any])


def takes_flow(_: Flow[[int], str]) -> None: ...
def takes_any_flow(_: Flow[..., Any]) -> None: ...
def runs(fn: Flow[..., T]) -> T:
    return fn()


takes_flow(label)
takes_any_flow(add)
takes_any_flow(gather)
assert_type(Flow(lambda: 1)(), int)
assert_type(runs(empty), None)
assert_type(flow(len)([]), int)

# --- what must be refused ----------------------------------------------------------------------------------------

add("1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
add()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
add(1, 2, 3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
add(1, z=2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
label(y=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
mode("medium")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
span(first=date.min, last=date.max)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
takes_flow(add)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
text: str = add(1)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
flow(retries="2")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
flow(retires=2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
flow(1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
flow(on_failure=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
