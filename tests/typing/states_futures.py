# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about states and futures. Never run, only checked: strictly, by two checkers."""

from collections.abc import Generator
from datetime import datetime
from typing import Any, assert_type
from uuid import UUID

from prefect import State, flow, task
from prefect.client.schemas.objects import StateDetails, StateType
from prefect.futures import (
    DoneAndNotDoneFutures,
    PrefectFuture,
    PrefectFutureList,
    as_completed,
    resolve_futures_to_results,
    wait,
)
from prefect.states import AwaitingRetry, Cancelled, Completed, Failed, Paused, Scheduled


@task
def double(x: int) -> int:
    return 2 * x


@flow
def label(x: int) -> str:
    return str(x)


def states(state: State[int], unknown: State) -> None:
    """A state knows the type of its result."""
    assert_type(state.result(), int)
    assert_type(state.result(raise_on_failure=True), int)
    assert_type(state.result(raise_on_failure=False), int | Exception)
    assert_type(unknown.result(), Any)
    assert_type(state.type, StateType)
    assert_type(state.name, str | None)
    assert_type(state.message, str | None)
    assert_type(state.id, UUID)
    assert_type(state.timestamp, datetime)
    assert_type(state.state_details, StateDetails)
    assert_type(state.is_final(), bool)
    assert_type(state.is_completed(), bool)
    assert_type(state.fresh_copy(), State[int])
    assert_type(state.state_details.task_run_id, UUID | None)


async def async_states(state: State[int]) -> None:
    """The same, awaited."""
    assert_type(await state.aresult(), int)
    assert_type(await state.aresult(raise_on_failure=False), int | Exception)


def constructors() -> None:
    """Constructors make states."""
    assert_type(Completed(), State)
    assert_type(Completed(message="well", data=1), State)
    assert_type(Failed(message="badly"), State)
    assert_type(Scheduled(), State)
    assert_type(AwaitingRetry(), State)
    assert_type(Cancelled(), State)
    assert_type(Paused(timeout_seconds=5), State)


def futures(future: PrefectFuture[int], other: PrefectFuture[str]) -> None:
    """A future knows the type of its result."""
    assert_type(future.result(), int)
    assert_type(future.state, State[int])
    assert_type(future.state.result(), int)
    assert_type(future.task_run_id, UUID)
    assert_type(future.wait(), None)
    assert_type(future.wait(timeout=1), None)
    assert_type(resolve_futures_to_results([future]), Any)
    future.add_done_callback(lambda done: print(done.result() + 1))


def waiting(future: PrefectFuture[int]) -> None:
    """Waiting for several keeps their type."""
    assert_type(wait([future]), DoneAndNotDoneFutures[int])
    assert_type(wait([future], timeout=1).done, set[PrefectFuture[int]])
    assert_type(wait([future]).not_done, set[PrefectFuture[int]])
    done, not_done = wait(double.map([1]))
    assert_type(done, set[PrefectFuture[int]])
    assert_type(not_done, set[PrefectFuture[int]])
    assert_type(as_completed([future]), Generator[PrefectFuture[int], None, None])
    assert_type([each.result() for each in as_completed([future], timeout=1)], list[int])
    assert_type([each.result() for each in as_completed(double.map([1]))], list[int])


def lists(futures: PrefectFutureList[int]) -> None:
    """A list of futures is a list."""
    assert_type(futures.result(), list[int])
    assert_type(futures[0], PrefectFuture[int])
    assert_type(len(futures), int)
    assert_type([each.state for each in futures], list[State[int]])
    for each in futures:
        assert_type(each, PrefectFuture[int])


def of_runs() -> None:
    """States of runs know the types of the functions."""
    assert_type(label(1, return_state=True).result(), str)
    assert_type(double(1, return_state=True).result(raise_on_failure=False), int | Exception)
    assert_type(double.submit(1).state.result(), int)


# --- what must be refused ----------------------------------------------------------------------------------------

text: str = double.submit(1).state.result()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
number: int = label(1, return_state=True).result()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
double(1, return_state=True).result("yes")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
wait([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
double.submit(1).task_run_id = None  # type: ignore[misc, assignment]  # pyright: ignore[reportAttributeAccessIssue]
