"""Rules about background tasks: task runs that a task worker takes from a queue."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import EnqueueTask
from prefect.orchestration.facts import TaskRunFacts
from prefect.schemas.states import State, details_with


def keep_parameters_id(
    current: State[Any] | None, proposed: State[Any], _: TaskRunFacts
) -> State[Any] | None:
    """The id under which the parameters are stored goes along until the task runs."""
    kept = current.state_details.task_parameters_id if current else None
    if kept is None or proposed.state_details.task_parameters_id is not None:
        return None
    return details_with(proposed, {"task_parameters_id": kept})


def enqueue(_: State[Any] | None, written: State[Any], _facts: TaskRunFacts) -> EnqueueTask | None:
    """A scheduled background task goes on its queue."""
    return EnqueueTask(retry=written.name == "AwaitingRetry") if written.state_details.deferred else None
