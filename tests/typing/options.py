# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about options, hooks and tags. Never run, only checked: strictly, by two checkers."""

from datetime import timedelta
from typing import Any, assert_type

from prefect import Flow, State, Task, flow, tags, task
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.futures import PrefectFuture, PrefectFutureList
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff


@task
def double(x: int) -> int:
    return 2 * x


@task
async def fetch(url: str, *, retries_left: int = 0) -> bytes:
    return url.encode()


@flow
def add(x: int, y: int = 1) -> int:
    return x + y


@flow
async def gather(url: str) -> dict[str, int]:
    return {url: len(url)}


def flow_failed(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None: ...
async def flow_done(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None: ...
def task_failed(task: Task[..., Any], run: TaskRun, state: State[Any]) -> None: ...


def task_options() -> None:
    """Options make another task of the same type."""
    slow = double.with_options(retries=5, retry_delay_seconds=10)
    assert_type(slow(1), int)
    assert_type(slow.submit(1), PrefectFuture[int])
    assert_type(slow.map([1]), PrefectFutureList[int])
    assert_type(slow(1, return_state=True), State[int])
    assert_type(double.with_options(name="Double", tags={"a"}, timeout_seconds=1)(1), int)
    assert_type(double.with_options(retry_delay_seconds=[1, 2], retry_jitter_factor=0.1)(1), int)
    assert_type(double.with_options(retry_delay_seconds=exponential_backoff(2))(1), int)
    assert_type(double.with_options(cache_key_fn=lambda context, inputs: "k")(1), int)
    assert_type(double.with_options(cache_expiration=timedelta(1), persist_result=True)(1), int)
    assert_type(double.with_options(task_run_name=lambda: "run", log_prints=True)(1), int)
    assert_type(double.with_options(on_failure=[task_failed], refresh_cache=True)(1), int)
    assert_type(double.with_options(retries=1).with_options(retries=2)(1), int)


async def async_task_options() -> None:
    """The same for an async task."""
    patient = fetch.with_options(retries=2, result_storage_key="k")
    assert_type(await patient("a", retries_left=1), bytes)
    assert_type(await patient("a", return_state=True), State[bytes])
    assert_type(patient.submit("a").result(), bytes)


def flow_options() -> None:
    """Options make another flow of the same type."""
    assert_type(add.with_options(name="Add")(1), int)
    assert_type(add.with_options(retries=2, retry_delay_seconds=1.5)(1, y=2), int)
    assert_type(add.with_options(task_runner=ThreadPoolTaskRunner(max_workers=2))(1), int)
    assert_type(add.with_options(task_runner=ThreadPoolTaskRunner)(1), int)
    assert_type(add.with_options(on_failure=[flow_failed], on_completion=[flow_done])(1), int)
    assert_type(add.with_options(flow_run_name="x-{x}", validate_parameters=False)(1), int)
    assert_type(add.with_options(persist_result=None, log_prints=True)(1, return_state=True), State[int])


async def async_flow_options() -> None:
    """The same for an async flow."""
    assert_type(await gather.with_options(timeout_seconds=1)("a"), dict[str, int])
    assert_type(await gather.with_options(version="1")("a", return_state=True), State[dict[str, int]])


def context() -> None:
    """Tags are a set of text."""
    with tags("a", "b") as current:
        assert_type(current, set[str])


@add.on_failure
def told(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None: ...


@double.on_completion
def noted(task: Task[..., Any], run: TaskRun, state: State[Any]) -> None: ...


@flow(on_failure=[flow_failed], on_completion=[flow_done], on_running=[], task_runner=ThreadPoolTaskRunner())
def hooked(x: int) -> str:
    return str(x)


@task(on_failure=[task_failed], on_completion=[], cache_key_fn=lambda context, inputs: None)
def hooked_task(x: int) -> str:
    return str(x)


assert_type(hooked(1), str)
assert_type(hooked_task(1), str)

# --- what must be refused ----------------------------------------------------------------------------------------

double.with_options(retries="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
double.with_options(retires=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
double.with_options(retries=1)("1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
add.with_options(name=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
add.with_options(on_failure=flow_failed)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
add.with_options(retries=1)("1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
flow(task_runner=1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
