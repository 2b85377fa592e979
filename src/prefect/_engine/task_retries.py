"""Whether and when a failed task run is tried again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect._dual.effects import Steps, call, sleep
from prefect.schemas.states import State

if TYPE_CHECKING:
    from prefect.schemas.task_runs import TaskRun
    from prefect.tasks import Task


def may_retry(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> Steps[bool]:
    """Ask the task's own condition whether this failure is worth another try. An error of it means no."""
    if task.retry_condition_fn is None or task_run.run_count > task.retries:
        return True
    try:
        answer = yield from call(task.run_user_function, task.retry_condition_fn, task, task_run, state)
    except Exception:  # a condition that fails gives no reason to try again
        return False
    return bool(answer)


def draw_jitter() -> float:
    """Return a number from 0 to 1 that spreads retries of many runs over time."""
    return random.random()


def wait_until_scheduled(state: State[Any]) -> Steps[None]:
    """Let the time pass until a scheduled state is due."""
    due = state.state_details.scheduled_time
    if due is not None:
        left = (due - now()).total_seconds()
        if left > 0:
            yield from sleep(left)


def delay_of(state: State[Any]) -> float:
    """Return how many seconds a scheduled state is away from now."""
    due = state.state_details.scheduled_time
    return max(0.0, (due - now()).total_seconds()) if due is not None else 0.0
