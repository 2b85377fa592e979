# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about `submit`. Never run, only checked: strictly, by two checkers.

Arguments of `submit` are not refused: a future may stand for any value, anywhere inside an argument.
"""

from typing import Any, Literal, assert_type

from prefect import State, allow_failure, flow, task
from prefect.futures import PrefectFuture


@task
def double(x: int) -> int:
    return 2 * x


@task
def describe(x: int, *, unit: str = "m") -> str:
    return f"{x} {unit}"


@task(retries=1)
def total(values: list[int], start: int = 0) -> int:
    return sum(values, start)


@task
def find(key: str) -> float | None:
    return None


@task
def nothing() -> None: ...


@task
def choose(name: Literal["a", "b"]) -> Literal["a", "b"]:
    return name


@task
def anything(value: Any) -> Any:
    return value


@task
async def fetch(url: str) -> bytes:
    return url.encode()


@task(timeout_seconds=1)
async def parse(page: bytes, *, strict: bool = True) -> dict[str, list[int]]:
    return {}


def futures() -> None:
    """A submitted task is a future of its value."""
    assert_type(double.submit(1), PrefectFuture[int])
    assert_type(double.submit(x=1), PrefectFuture[int])
    assert_type(describe.submit(1, unit="kg"), PrefectFuture[str])
    assert_type(find.submit("k"), PrefectFuture[float | None])
    assert_type(nothing.submit(), PrefectFuture[None])
    assert_type(anything.submit("a"), PrefectFuture[Any])
    assert_type(choose.submit("a"), PrefectFuture[Literal["a", "b"]])


def async_futures() -> None:
    """The future of an async task is one of what is awaited."""
    assert_type(fetch.submit("a"), PrefectFuture[bytes])
    assert_type(fetch.submit("a").result(), bytes)
    assert_type(parse.submit(b"", strict=False), PrefectFuture[dict[str, list[int]]])
    assert_type(parse.submit(b"").result()["a"], list[int])
    assert_type(fetch.submit("a", return_state=True), State[bytes])
    assert_type(fetch.submit("a", wait_for=None, return_state=False), PrefectFuture[bytes])


def results() -> None:
    """Its result has the type of the value."""
    assert_type(double.submit(1).result(), int)
    assert_type(double.submit(1).result(timeout=5), int)
    assert_type(double.submit(1).result(timeout=None, raise_on_failure=False), int)
    assert_type(find.submit("k").result(), float | None)
    assert_type(choose.submit("a").result(), Literal["a", "b"])


def upstream() -> None:
    """Futures, states and marked values may stand for arguments."""
    assert_type(double.submit(double.submit(1)), PrefectFuture[int])
    assert_type(double.submit(double(1, return_state=True)), PrefectFuture[int])
    assert_type(double.submit(allow_failure(double.submit(1))), PrefectFuture[int])
    assert_type(total.submit([double.submit(1), double.submit(2)]), PrefectFuture[int])
    assert_type(total.submit([1], start=double.submit(1)), PrefectFuture[int])
    assert_type(parse.submit(fetch.submit("a")), PrefectFuture[dict[str, list[int]]])
    assert_type(describe.submit(double.submit(1), unit="kg").result(), str)


def options() -> None:
    """The options of a call do not change the type of the value."""
    assert_type(double.submit(1, return_state=True), State[int])
    assert_type(double.submit(1, return_state=True).result(), int)
    assert_type(double.submit(1, return_state=False), PrefectFuture[int])
    assert_type(double.submit(1, wait_for=[double.submit(2)]), PrefectFuture[int])
    assert_type(double.submit(1, wait_for=[], return_state=True), State[int])
    assert_type(find.submit("k", return_state=True), State[float | None])


@flow
def pipeline(urls: list[str]) -> int:
    """A pipeline keeps its types from end to end."""
    pages = [fetch.submit(url) for url in urls]
    assert_type(pages, list[PrefectFuture[bytes]])
    parsed = [parse.submit(page) for page in pages]
    sizes = {url: len(future.result()) for url, future in zip(urls, parsed, strict=True)}
    assert_type(sizes, dict[str, int])
    return total.submit(list(sizes.values())).result()


assert_type(pipeline(["a"]), int)

# --- what must be refused ----------------------------------------------------------------------------------------

text: str = double.submit(1).result()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
future: PrefectFuture[str] = double.submit(1)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
double.submit(1).cancel()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
double.submit(1).result("now")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
double.submit(1, return_state="yes")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
double(double.submit(1))  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
