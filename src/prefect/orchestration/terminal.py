"""Rules about runs that have ended: what may still become of them, and that a kept result is not lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from prefect.orchestration.decisions import Abort, Reject, UpdateRun, UpdateRunPolicy
from prefect.orchestration.facts import FlowRunFacts, RunFacts, TaskRunFacts
from prefect.orchestration.state_types import (
    CANCELLING,
    COMPLETED,
    CRASHED,
    FINAL,
    PAUSED,
    RUNNING,
    SCHEDULED,
    one_of,
)
from prefect.schemas.results import ResultRecord
from prefect.schemas.states import State

_NEVER_AFTER_THE_END = one_of(CANCELLING, PAUSED, CRASHED)


def has_persisted_result(state: State[Any]) -> bool:
    """Return whether the result of a state was stored, so that another process can read it."""
    data = state.data
    if isinstance(data, ResultRecord):
        return data.metadata is not None
    return isinstance(data, Mapping) and cast("Mapping[str, Any]", data).get("storage_key") is not None


def check_ended_flow_run(
    current: State[Any] | None, proposed: State[Any], facts: FlowRunFacts
) -> Reject | Abort | None:
    """A flow run that has ended cannot pause, crash or be cancelled.

    It may run again; but not when its result was stored, nor be scheduled again without a deployment to run it.
    """
    if current is None:
        return None
    if proposed.type in _NEVER_AFTER_THE_END:
        return _too_late(current, proposed)
    if current.type == COMPLETED and has_persisted_result(current):
        if proposed.type not in FINAL:
            return Reject(None, "The run completed and its result is stored; it does not run again.")
        if lost := keep_persisted_result(current, proposed, facts):
            return lost
    if proposed.type == SCHEDULED and not facts.has_deployment:
        return Abort("A flow run without a deployment cannot be scheduled again: nothing would start it.")
    return None


def refuse_late_worker(current: State[Any] | None, proposed: State[Any], facts: FlowRunFacts) -> Abort | None:
    """A run of a deployment that has ended is not taken up by a worker that found it when it was still scheduled.

    Who wants it to run again schedules it again.
    """
    if current is None or not facts.has_deployment or has_persisted_result(current):
        return None  # of a stored result, another rule says more
    return _too_late(current, proposed)


def forget_ended_flow_run(
    _current: State[Any] | None, written: State[Any], _facts: FlowRunFacts
) -> UpdateRunPolicy | None:
    """A flow run that runs again begins anew with its pauses, and notes whether it waits to be rescheduled."""
    if written.type in FINAL:
        return None
    retry_type = "reschedule" if written.type == SCHEDULED else None
    return UpdateRunPolicy({"resuming": False, "pause_keys": set[str](), "retry_type": retry_type})


def check_ended_task_run(
    current: State[Any] | None, proposed: State[Any], facts: TaskRunFacts
) -> State[Any] | Reject | Abort | None:
    """A task run that has ended cannot pause, crash or be cancelled, nor change at all when its result was stored.

    When it runs again because its flow run does, it is Retrying.
    """
    if current is None:
        return None
    if proposed.type in _NEVER_AFTER_THE_END:
        return _too_late(current, proposed)
    if current.type == COMPLETED and has_persisted_result(current):
        return Reject(None, "The run completed and its result is stored; it stays as it is.")
    if proposed.type == RUNNING and facts.flow_run_run_count < (facts.flow_run_count or 0):
        return proposed.model_copy(update={"name": "Retrying"})
    return None


def restart_task_run(_current: State[Any] | None, written: State[Any], _: TaskRunFacts) -> UpdateRun | None:
    """A task run that runs again after its end counts its attempts from the beginning."""
    return None if written.type in FINAL else UpdateRun({"run_count": 0})


def keep_persisted_result(current: State[Any] | None, proposed: State[Any], _: RunFacts) -> Reject | None:
    """Even by force a completed run with a stored result is not completed again without one."""
    if current is None or current.type != COMPLETED or proposed.type != COMPLETED:
        return None
    if has_persisted_result(current) and not has_persisted_result(proposed):
        return Reject(None, "The stored result of the completed run would be lost.")
    return None


def _too_late(current: State[Any], proposed: State[Any]) -> Abort:
    return Abort(f"The run has ended as {current.name}; it cannot become {proposed.name}.")
