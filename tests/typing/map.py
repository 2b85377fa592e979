# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about `map`. Never run, only checked: strictly, by two checkers."""

from typing import assert_type

from prefect import State, allow_failure, task, unmapped
from prefect.futures import PrefectFuture, PrefectFutureList


@task
def double(x: int) -> int:
    return 2 * x


@task
def describe(x: int, unit: str = "m") -> str:
    return f"{x} {unit}"


@task
async def fetch(url: str) -> bytes:
    return url.encode()


@task
def find(key: str) -> float | None:
    return None


def futures() -> None:
    """A mapped task is a list of futures."""
    assert_type(double.map([1, 2, 3]), PrefectFutureList[int])
    assert_type(double.map(range(3)), PrefectFutureList[int])
    assert_type(double.map(x=[1]), PrefectFutureList[int])
    assert_type(find.map(["a"]), PrefectFutureList[float | None])
    assert_type(double.map([1])[0], PrefectFuture[int])
    assert_type([future.result() for future in double.map([1])], list[int])
    assert_type([future.state for future in double.map([1])], list[State[int]])


def results() -> None:
    """Its results are a list of values."""
    assert_type(double.map([1, 2, 3]).result(), list[int])
    assert_type(double.map([1]).result(timeout=1, raise_on_failure=False), list[int])
    assert_type(find.map(["a"]).result(), list[float | None])
    assert_type(double.map([1]).wait(), None)


def async_tasks() -> None:
    """The futures of an async task are of what is awaited."""
    assert_type(fetch.map(["a", "b"]), PrefectFutureList[bytes])
    assert_type(fetch.map(["a", "b"]).result(), list[bytes])
    assert_type(fetch.map(["a", "b"], return_state=False), PrefectFutureList[bytes])
    assert_type(fetch.map(["a", "b"], return_state=True), list[State[bytes]])


def arguments() -> None:
    """Arguments may be mapped over, be marked, or come from tasks."""
    assert_type(describe.map(double.map([1, 2]), unit=unmapped("kg")), PrefectFutureList[str])
    assert_type(describe.map([1, 2], ["m", "kg"]), PrefectFutureList[str])
    assert_type(describe.map([1], "m"), PrefectFutureList[str])
    assert_type(describe.map(allow_failure(double.map([1]))), PrefectFutureList[str])


def options() -> None:
    """The options of a call do not change the type of the values."""
    assert_type(double.map([1, 2], return_state=True), list[State[int]])
    assert_type(double.map([1, 2], return_state=True)[0].result(), int)
    assert_type(double.map([1, 2], return_state=False), PrefectFutureList[int])
    assert_type(double.map([1, 2], wait_for=[double.submit(1)]), PrefectFutureList[int])
    assert_type(double.map([1, 2], deferred=False), PrefectFutureList[int])
    assert_type(double.map([1, 2], wait_for=None, return_state=True, deferred=False), list[State[int]])
    assert_type(double.with_options(retries=1).map([1]).result(), list[int])


# --- what must be refused ----------------------------------------------------------------------------------------

texts: list[str] = double.map([1]).result()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
futures_: PrefectFutureList[str] = double.map([1])  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
double.map([1], wait_for=1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
double.map([1], deferred="no")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
