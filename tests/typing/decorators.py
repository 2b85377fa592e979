"""What type checkers know about `@flow` and `@task`. Never run, only checked: strictly, by two checkers."""

from typing import assert_type

from prefect import Flow, State, Task, allow_failure, flow, task, unmapped
from prefect.futures import PrefectFuture, PrefectFutureList

# --- tasks -------------------------------------------------------------------------------------------------------


@task
def double(x: int) -> int:
    return 2 * x


@task(name="Describe", retries=3, retry_delay_seconds=[1, 2, 4], tags=["text"], log_prints=True)
def describe(x: int, *, unit: str = "m") -> str:
    return f"{x} {unit}"


@task
async def fetch(url: str) -> bytes:
    return url.encode()


@task(timeout_seconds=1.5)
async def measure(url: str) -> float:
    return float(len(url))


def task_values() -> None:
    """A call gives what the function gives."""
    assert_type(double(1), int)
    assert_type(describe(1, unit="kg"), str)
    assert_type(double(1, return_state=True), State[int])
    assert_type(double(1, wait_for=[double.submit(2)]), int)
    assert_type(describe.name, str)


def task_futures() -> None:
    """A submitted task is a future of its value, for sync and async functions alike."""
    assert_type(double.submit(1), PrefectFuture[int])
    assert_type(double.submit(1).result(), int)
    assert_type(double.submit(double.submit(1)), PrefectFuture[int])
    assert_type(describe.submit(1, unit="kg"), PrefectFuture[str])
    assert_type(double.submit(1, return_state=True), State[int])
    assert_type(fetch.submit("a", wait_for=None, return_state=False), PrefectFuture[bytes])


def mapped_tasks() -> None:
    """A mapped task is a list of futures, whose results are a list."""
    assert_type(double.map([1, 2, 3]), PrefectFutureList[int])
    assert_type(double.map([1, 2, 3]).result(), list[int])
    assert_type(describe.map(double.map([1, 2]), unit=unmapped("kg")), PrefectFutureList[str])
    assert_type(double.map([1, 2], return_state=True), list[State[int]])
    assert_type(fetch.map(["a", "b"], return_state=False), PrefectFutureList[bytes])


async def async_tasks() -> None:
    """An async task is awaited like its function."""
    assert_type(await fetch("a"), bytes)
    assert_type(await measure("a"), float)


def task_options() -> None:
    """Options make another task of the same type."""
    slow = double.with_options(retries=5, retry_delay_seconds=10)
    assert_type(slow(1), int)
    assert_type(slow.submit(1), PrefectFuture[int])


def annotations(numbers: list[int]) -> None:
    """The annotations of arguments keep the type of what they wrap."""
    assert_type(unmapped(numbers), unmapped[list[int]])
    assert_type(allow_failure(1), allow_failure[int])


# --- flows -------------------------------------------------------------------------------------------------------


@flow
def add(x: int, y: int = 1) -> int:
    return x + y


@flow(name="Label", retries=2, retry_delay_seconds=10, log_prints=True, flow_run_name="label-{x}")
def label(x: int) -> str:
    return str(x)


@flow
async def gather(url: str) -> dict[str, int]:
    return {url: len(url)}


@flow(timeout_seconds=30)
async def crawl(url: str) -> list[str]:
    return [url]


def flow_values() -> None:
    """A call gives what the function gives."""
    assert_type(add(1), int)
    assert_type(add(1, y=2), int)
    assert_type(label(1), str)
    assert_type(add(1, return_state=True), State[int])
    assert_type(add.name, str)


async def async_flows() -> None:
    """An async flow is awaited like its function."""
    assert_type(await gather("a"), dict[str, int])
    assert_type(await crawl("a"), list[str])
    assert_type(await gather("a", return_state=True), State[dict[str, int]])


def flow_options() -> None:
    """Options make another flow of the same type."""
    assert_type(add.with_options(name="Add")(1), int)


# --- what the decorators make ------------------------------------------------------------------------------------


def takes_flow(_: Flow[[int], str]) -> None: ...


def takes_task(_: Task[[int], int]) -> None: ...


takes_flow(label)
takes_task(double)


class Counter:
    """Flows and tasks may be methods."""

    @task
    def step(self, n: int) -> int:
        return n + 1

    @flow
    def count(self, n: int) -> int:
        return n


# --- what must be refused ----------------------------------------------------------------------------------------

add("1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
label(y=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
