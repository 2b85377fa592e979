"""Rules about retries: when a failed run is tried again, when, and what the attempts are called."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prefect.orchestration.decisions import Reject, RetryFailedTaskRuns, UpdateRun, UpdateRunPolicy
from prefect.orchestration.facts import FlowRunFacts, RunFacts, TaskRunFacts
from prefect.orchestration.state_types import FINAL, SCHEDULED
from prefect.orchestration.versions import is_older
from prefect.schemas.states import State, StateDetails

_TASK_RUNS_RETRY_BY_THEMSELVES = "0.8.3"


def retry_failed_flow_run(
    current: State[Any] | None, proposed: State[Any], facts: FlowRunFacts
) -> Reject | None:
    """A failed flow run that has retries left is tried again by the process that runs it, and keeps its lease.

    Executions that ended with their infrastructure were no attempts of its code.
    """
    attempts = facts.run_count - facts.infrastructure_retries
    if attempts > facts.retries:
        return None
    lease_id = current.state_details.deployment_concurrency_lease_id if current else None
    state = _awaiting_retry(
        proposed, facts, facts.retry_delay, StateDetails(deployment_concurrency_lease_id=lease_id)
    )
    policy = UpdateRunPolicy({"retry_type": "in_process", "resuming": False, "pause_keys": set[str]()})
    old_client = facts.api_version is not None and is_older(facts.api_version, _TASK_RUNS_RETRY_BY_THEMSELVES)
    reason = _retry_reason(attempts, facts.retries)
    return Reject(state, reason, (policy, RetryFailedTaskRuns()) if old_client else (policy,))


def note_no_retry(_: State[Any] | None, _written: State[Any], facts: FlowRunFacts) -> UpdateRunPolicy | None:
    """A flow run that has failed for good notes no retry any more."""
    return None if facts.retry_type is None else UpdateRunPolicy({"retry_type": None})


def retry_failed_task_run(_: State[Any] | None, proposed: State[Any], facts: TaskRunFacts) -> Reject | None:
    """A failed task run that has retries left is tried again, unless the failure says that it is of no use."""
    if facts.run_count > facts.retries or proposed.state_details.retriable is False:
        return None
    delay = jittered(_delay_of_retry(facts), facts.retry_jitter_factor, facts.jitter)
    reason = _retry_reason(facts.run_count, facts.retries)
    return Reject(_awaiting_retry(proposed, facts, delay, StateDetails()), reason)


def name_rerun(current: State[Any] | None, proposed: State[Any], facts: TaskRunFacts) -> State[Any] | None:
    """Each attempt but the first says so: Retrying after a failure, else Rerunning.

    A task run that had ended begins to count anew, so there it is the first.
    """
    if facts.run_count == 0 or current is None or current.type in FINAL:
        return None
    return proposed.model_copy(
        update={"name": "Retrying" if current.name == "AwaitingRetry" else "Rerunning"}
    )


def note_flow_run_count(_: State[Any] | None, _written: State[Any], facts: TaskRunFacts) -> UpdateRun | None:
    """A task run that starts remembers which attempt of its flow run it belongs to."""
    if facts.flow_run_count is None or facts.flow_run_count == facts.flow_run_run_count:
        return None
    return UpdateRun({"flow_run_run_count": facts.flow_run_count})


def jittered(delay: float, factor: float | None, sample: float) -> float:
    """Return a delay made up to `factor` of itself shorter or longer, so that many failures do not retry at one moment.

    Args:
        delay: The delay in seconds.
        factor: The greatest change, as a part of the delay; None or 0 for none. The delay is never negative.
        sample: From 0 for the shortest over 0.5 for the delay itself to 1 for the longest.
    """
    if not factor:
        return delay
    reach = 2 * sample - 1
    return delay * (1 + reach * (min(factor, 1) if reach < 0 else factor))


def _delay_of_retry(facts: TaskRunFacts) -> float:
    delay = facts.retry_delay
    if isinstance(delay, (int, float)):
        return delay
    return delay[min(max(facts.run_count, 1), len(delay)) - 1] if delay else 0


def _awaiting_retry(failed: State[Any], facts: RunFacts, delay: float, details: StateDetails) -> State[Any]:
    """Return the state of a run between two attempts; it keeps what the failed one had to say."""
    scheduled = details.model_copy(update={"scheduled_time": facts.now + timedelta(seconds=delay)})
    return State[Any](
        type=SCHEDULED,
        name="AwaitingRetry",
        timestamp=facts.now,
        message=failed.message,
        data=failed.data,
        state_details=scheduled,
    )


def _retry_reason(attempts: int, retries: int) -> str:
    return f"The run failed and is tried again: retry {max(attempts, 1)} of {retries}."
