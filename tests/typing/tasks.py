# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about `@task` and calls of tasks. Never run, only checked: strictly, by two checkers."""

from datetime import timedelta
from typing import Any, Literal, TypeVar, assert_type

from prefect import State, Task, allow_failure, task, unmapped
from prefect.cache_policies import INPUTS, NO_CACHE, TASK_SOURCE
from prefect.tasks import exponential_backoff

T = TypeVar("T")

# --- what is returned --------------------------------------------------------------------------------------------


@task
def double(x: int) -> int:
    return 2 * x


@task(name="Describe", retries=3, retry_delay_seconds=[1, 2, 4], tags=["text"], log_prints=True)
def describe(x: int, *, unit: str = "m") -> str:
    return f"{x} {unit}"


@task(
    retries=2,
    retry_delay_seconds=exponential_backoff(1),
    retry_jitter_factor=0.5,
    cache_policy=INPUTS + TASK_SOURCE,
    cache_expiration=timedelta(days=1),
    persist_result=True,
    task_run_name="load-{table}",
)
def load(table: str, *columns: str, limit: int | None = None, **options: float) -> list[dict[str, float]]:
    return [options for _ in columns]


@task(cache_policy=NO_CACHE, retry_condition_fn=lambda task, run, state: True)
def find(key: str, /, default: float | None = None) -> float | None:
    return default


@task()
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


@task(timeout_seconds=1.5)
async def measure(url: str, *, unit: str = "m") -> float:
    return float(len(url))


def values() -> None:
    """A call gives what the function gives."""
    assert_type(double(1), int)
    assert_type(double(x=1), int)
    assert_type(describe(1, unit="kg"), str)
    assert_type(load("t", "a", "b", limit=3, factor=1.0), list[dict[str, float]])
    assert_type(load("t")[0]["a"], float)
    assert_type(find("k"), float | None)
    assert_type(find("k", default=1.0), float | None)
    assert_type(choose("a"), Literal["a", "b"])
    assert_type(anything(1), Any)


def states() -> None:
    """With `return_state` a call gives the state of what the function gives."""
    assert_type(double(1, return_state=True), State[int])
    assert_type(double(1, return_state=True).result(), int)
    assert_type(find("k", return_state=True).result(), float | None)
    assert_type(double(1, return_state=False), int)
    assert_type(double(1, wait_for=[double.submit(2)]), int)
    assert_type(describe(1, unit="kg", wait_for=None, return_state=True), State[str])


async def async_values() -> None:
    """An async task is awaited like its function."""
    assert_type(await fetch("a"), bytes)
    assert_type(await measure("a", unit="kg"), float)
    assert_type(await fetch("a", return_state=True), State[bytes])
    assert_type(await fetch("a", return_state=False), bytes)
    assert_type(await fetch("a", wait_for=[fetch.submit("b")]), bytes)


# --- the task itself ---------------------------------------------------------------------------------------------


def attributes() -> None:
    """What a task was made of can be read."""
    assert_type(describe.name, str)
    assert_type(describe.task_key, str)
    assert_type(describe.tags, set[str])
    assert_type(describe.retries, int)
    assert_type(describe.version, str | None)
    assert_type(describe.timeout_seconds, float | None)
    assert_type(describe.fn(1), str)


def annotations(numbers: list[int]) -> None:
    """The annotations of arguments keep the type of what they wrap."""
    assert_type(unmapped(numbers), unmapped[list[int]])
    assert_type(unmapped(numbers).value, list[int])
    assert_type(unmapped(numbers).unwrap(), list[int])
    assert_type(allow_failure(1), allow_failure[int])
    assert_type(allow_failure("a").unwrap(), str)


def takes_task(_: Task[[int], int]) -> None: ...
def takes_any_task(_: Task[..., Any]) -> None: ...
def runs(fn: Task[..., T]) -> T:
    return fn()


takes_task(double)
takes_any_task(describe)
takes_any_task(fetch)
assert_type(Task(lambda: 1)(), int)
assert_type(runs(nothing), None)
assert_type(task(len)([]), int)

# --- what must be refused ----------------------------------------------------------------------------------------

double("1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
double()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
double(1, 2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
describe(1, unit=2)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
describe(1, "kg")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
find(key="k")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
choose("c")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
takes_task(describe)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
text: str = double(1)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
task(retries="2")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
task(retires=2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
task(1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
