"""Retries: when a run is tried again, after which delay, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import prefect.runtime
from prefect import flow, task
from prefect.context import FlowRunContext, TaskRunContext
from prefect.states import Failed
from prefect.tasks import exponential_backoff


def fails_at_first(times: int) -> Callable[[], int]:
    calls: list[int] = []

    def attempt() -> int:
        calls.append(1)
        if len(calls) <= times:
            raise ValueError(f"attempt {len(calls)}")
        return len(calls)

    return attempt


def test_a_task_is_retried_at_once(recorded: Any) -> None:
    """A task without a delay goes from Running to Retrying, once per retry, and ends as its last attempt does."""
    assert task(fails_at_first(2), retries=2)() == 3
    assert recorded.task_run_states() == [
        "PENDING/Pending",
        "RUNNING/Running",
        "RUNNING/Retrying",
        "RUNNING/Retrying",
        "COMPLETED/Completed",
    ]
    run = recorded.task_run()
    assert run.run_count == 3
    assert run.empirical_policy.retries == 2


def test_a_task_that_waits_is_scheduled_in_between(recorded: Any) -> None:
    """A task with a delay is AwaitingRetry in between, with the time it is due."""
    assert task(fails_at_first(1), retries=1, retry_delay_seconds=0.05)() == 2
    assert recorded.task_run_states() == [
        "PENDING/Pending",
        "RUNNING/Running",
        "SCHEDULED/AwaitingRetry",
        "RUNNING/Retrying",
        "COMPLETED/Completed",
    ]
    states = recorded.backend.read_task_run_states(recorded.task_run().id)
    assert states[2].state_details.scheduled_time > states[1].timestamp
    assert recorded.task_run().empirical_policy.retry_delay == 0.05


def test_a_list_of_delays_repeats_its_last() -> None:
    """Delays given as a list are used in order; when there are more retries than delays the last one is repeated."""
    patient = task(fails_at_first(3), retries=3, retry_delay_seconds=[0.02, 0.01])
    assert patient.retry_delay_seconds == [0.02, 0.01]
    assert patient() == 4


def test_a_task_without_retries_left_fails_with_the_last_exception(recorded: Any) -> None:
    """When the last attempt fails, the state tells the exception of that attempt."""
    state = task(fails_at_first(5), retries=1)(return_state=True)
    assert state.message == "Task run encountered an exception ValueError: attempt 2"
    assert recorded.task_run_states(state)[-2:] == ["RUNNING/Retrying", "FAILED/Failed"]
    assert recorded.task_run(state).run_count == 2


@pytest.mark.parametrize("delay", [0, 0.02])
def test_a_flow_is_retried(delay: float, recorded: Any) -> None:
    """A flow goes through AwaitingRetry, with the exception of the attempt, and runs again."""
    assert flow(fails_at_first(2), retries=2, retry_delay_seconds=delay)() == 3
    assert recorded.flow_run_states() == [
        "PENDING/Pending",
        "RUNNING/Running",
        "SCHEDULED/AwaitingRetry",
        "RUNNING/Running",
        "SCHEDULED/AwaitingRetry",
        "RUNNING/Running",
        "COMPLETED/Completed",
    ]
    assert recorded.flow_run_messages()[2] == "Flow run encountered an exception: ValueError: attempt 1"
    run = recorded.flow_run()
    assert run.run_count == 3
    assert run.empirical_policy.retries == 2


def test_a_flow_without_retries_left_fails(recorded: Any) -> None:
    """A flow that fails in its last attempt is Failed with that exception."""
    state = flow(fails_at_first(5), retries=1)(return_state=True)
    assert state.message == "Flow run encountered an exception: ValueError: attempt 2"
    assert recorded.flow_run().run_count == 2


async def test_async_runs_are_retried() -> None:
    """Async flows and tasks are retried like sync ones."""

    def later(attempt: Callable[[], int]) -> Any:
        async def fn() -> int:
            return attempt()

        return fn

    assert await task(later(fails_at_first(1)), retries=1, retry_delay_seconds=0.01)() == 2
    assert await flow(later(fails_at_first(1)), retries=1, retry_delay_seconds=0.01)() == 2


def test_a_retried_flow_calls_its_tasks_again(recorded: Any) -> None:
    """Each attempt of a flow makes new task runs, which tell the attempt they belong to."""
    attempt = fails_at_first(1)

    @task
    def step() -> None:
        """Do nothing."""

    @flow(retries=1)
    def parent() -> int:
        step()
        return attempt()

    assert parent() == 2
    assert [run.flow_run_run_count for run in recorded.task_runs()] == [1, 2]
    assert [run.run_count for run in recorded.task_runs()] == [1, 1]


@pytest.mark.parametrize("kind", [flow, task])
def test_a_returned_failure_is_retried(kind: Any) -> None:
    """A function that returns a failed state is tried again like one that raises."""
    calls: list[int] = []

    def returns() -> Any:
        calls.append(1)
        return Failed(message="not yet") if len(calls) == 1 else 5

    assert kind(returns, retries=1)() == 5


def test_the_attempt_is_known_inside() -> None:
    """`run_count` in the contexts and in `prefect.runtime` is the number of the attempt."""
    seen: list[Any] = []

    def look_task() -> None:
        run = TaskRunContext.get().task_run
        seen.append((run.run_count, prefect.runtime.task_run.run_count))
        if len(seen) < 3:
            raise ValueError

    def look_flow() -> None:
        run = FlowRunContext.get().flow_run
        seen.append((run.run_count, prefect.runtime.flow_run.run_count))
        if len(seen) < 3:
            raise ValueError

    for run in (task(look_task, retries=2), flow(look_flow, retries=2)):
        seen.clear()
        run()
        assert seen == [(1, 1), (2, 2), (3, 3)]


def test_exponential_backoff_doubles() -> None:
    """`exponential_backoff(f)` gives f, 2f, 4f … as many as there are retries."""
    assert exponential_backoff(10)(4) == [10, 20, 40, 80]
    assert exponential_backoff(backoff_factor=0.5)(3) == [0.5, 1.0, 2.0]
    assert exponential_backoff(1)(0) == []
    assert task(
        lambda: 1, name="t", retries=4, retry_delay_seconds=exponential_backoff(2)
    ).retry_delay_seconds == [
        2,
        4,
        8,
        16,
    ]


def test_delays_may_be_a_function_of_the_retries() -> None:
    """A callable delay is asked once, with the number of retries."""
    asked: list[int] = []

    def delays(retries: int) -> list[float]:
        asked.append(retries)
        return [7] * retries

    assert task(lambda: 1, name="t", retries=3, retry_delay_seconds=delays).retry_delay_seconds == [7, 7, 7]
    assert asked == [3]


def test_jitter_spreads_the_delay(recorded: Any) -> None:
    """`retry_jitter_factor` varies the delay; it is recorded with the policy of the run."""
    assert task(fails_at_first(1), retries=1, retry_delay_seconds=0.01, retry_jitter_factor=0.5)() == 2
    assert recorded.task_run().empirical_policy.retry_jitter_factor == 0.5


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"retry_delay_seconds": (1, 2)}, TypeError, "retry_delay_seconds"),
        ({"retry_delay_seconds": [1] * 51}, ValueError, "50 retry delays"),
        ({"retry_jitter_factor": -0.5}, ValueError, "retry_jitter_factor"),
        ({"retry_condition_fn": 3}, TypeError, "retry_condition_fn"),
    ],
)
def test_wrong_retry_options_are_refused_where_they_are_given(
    options: dict[str, Any], error: Any, message: str
) -> None:
    """Options that cannot work are refused when the task is defined, with the name of the option."""
    with pytest.raises(error, match=message):
        task(lambda: 1, name="t", retries=3, **options)


def test_a_condition_decides_whether_to_retry(recorded: Any) -> None:
    """`retry_condition_fn` is asked with the task, its run and the failed state; False ends the retries."""
    asked: list[Any] = []

    def worth_it(task_: Any, run: Any, state: Any) -> bool:
        error = state.result(raise_on_failure=False)
        asked.append((task_ is fussy, run.run_count, state.type.value, str(error)))
        return "2" not in str(error)

    fussy = task(fails_at_first(9), retries=5, retry_condition_fn=worth_it)
    state = fussy(return_state=True)
    assert asked == [(True, 1, "FAILED", "attempt 1"), (True, 2, "FAILED", "attempt 2")]
    assert state.message == "Task run encountered an exception ValueError: attempt 2"
    assert recorded.task_run().run_count == 2


def test_a_condition_may_be_async() -> None:
    """An async `retry_condition_fn` is awaited, for sync and async tasks."""
    asked: list[str] = []

    async def never(task_: Any, run: Any, state: Any) -> bool:
        asked.append(state.name)
        return False

    assert task(fails_at_first(9), retries=5, retry_condition_fn=never)(return_state=True).name == "Failed"
    assert asked == ["Failed"]


def test_a_broken_condition_ends_the_retries() -> None:
    """When the condition itself raises, the task fails with its own exception, not the condition's."""

    def broken(*_: Any) -> bool:
        raise RuntimeError("condition")

    state = task(fails_at_first(9), retries=5, retry_condition_fn=broken)(return_state=True)
    assert state.message == "Task run encountered an exception ValueError: attempt 1"


def test_a_condition_is_not_asked_without_retries() -> None:
    """Without retries there is nothing to decide."""
    asked: list[int] = []
    task(fails_at_first(9), retry_condition_fn=lambda *_: bool(asked.append(1)))(return_state=True)
    assert asked == []
