from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.orchestration.decisions import (
    Accept,
    Reject,
    ReleaseDeploymentSlot,
    RetryFailedTaskRuns,
    UpdateRun,
    UpdateRunPolicy,
)
from prefect.orchestration.retries import jittered
from prefect.orchestration.versions import is_older
from tests.unit.orchestration.building import NOW, decide_flow, decide_task, later, state

LEASE = UUID("11111111-1111-4111-8111-111111111111")
BEGIN_RETRY = UpdateRunPolicy({"retry_type": "in_process", "resuming": False, "pause_keys": set()})


def scheduled_after(decision: Any) -> float:
    """Return the seconds until the retry that a decision schedules."""
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.name) == ("SCHEDULED", "AwaitingRetry")
    return (decision.state.state_details.scheduled_time - NOW).total_seconds()


def test_failed_flow_run_is_tried_again_after_its_delay() -> None:
    """A flow run with retries left waits for its next attempt, and still says why it failed."""
    failed = state("FAILED", message="boom", data=ValueError("boom"))
    decision = decide_flow(state("RUNNING"), failed, retries=2, run_count=2, retry_delay=1.5)
    assert scheduled_after(decision) == 1.5
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.message, decision.state.data) == ("boom", failed.data)
    assert "retry 2 of 2" in decision.reason
    assert BEGIN_RETRY in decision.instructions


def test_failed_flow_run_without_retries_left_fails() -> None:
    """After the last retry the failure stands, and the policy notes no retry any more."""
    decision = decide_flow(state("RUNNING"), state("FAILED"), retries=2, run_count=3, retry_type="in_process")
    assert isinstance(decision, Accept)
    assert UpdateRunPolicy({"retry_type": None}) in decision.instructions
    first = decide_flow(state("RUNNING"), state("FAILED"), retries=0, run_count=1)
    assert isinstance(first, Accept)
    assert not any(isinstance(instruction, UpdateRunPolicy) for instruction in first.instructions)


def test_flow_run_keeps_its_slot_between_attempts() -> None:
    """A retry stays in its process, so its deployment slot and the lease of it stay too."""
    current = state("RUNNING", deployment_concurrency_lease_id=LEASE)
    decision = decide_flow(current, state("FAILED"), retries=1, run_count=1, deployment_limit=1)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.state_details.deployment_concurrency_lease_id == LEASE
    assert not any(isinstance(instruction, ReleaseDeploymentSlot) for instruction in decision.instructions)


@pytest.mark.parametrize(
    ("api_version", "forced"), [("0.8.2", True), ("0.8.3", False), ("0.8.4", False), (None, False)]
)
def test_old_clients_get_their_failed_task_runs_reset(api_version: str | None, forced: bool) -> None:
    """Clients before API 0.8.3 expect the server to put failed task runs up for retry."""
    decision = decide_flow(state("RUNNING"), state("FAILED"), retries=1, run_count=1, api_version=api_version)
    assert isinstance(decision, Reject)
    assert (RetryFailedTaskRuns() in decision.instructions) is forced


@pytest.mark.parametrize(("run_count", "delay"), [(1, 1), (2, 2), (3, 2)])
def test_task_retries_wait_as_listed(run_count: int, delay: float) -> None:
    """Each retry has its delay of the list, and the last delay holds for all that follow."""
    decision = decide_task(
        state("RUNNING"), state("FAILED"), retries=3, run_count=run_count, retry_delay=[1, 2]
    )
    assert scheduled_after(decision) == delay


@pytest.mark.parametrize(("delay", "seconds"), [(0, 0), (0.25, 0.25), (7, 7), ([], 0)])
def test_task_retries_wait_alike(delay: Any, seconds: float) -> None:
    """One delay holds for each retry; without any the task is tried again at once."""
    decision = decide_task(state("RUNNING"), state("FAILED"), retries=3, run_count=2, retry_delay=delay)
    assert scheduled_after(decision) == seconds


def test_task_failure_that_is_not_retriable_stands() -> None:
    """A failure that its retry condition rules out is not tried again."""
    decision = decide_task(state("RUNNING"), state("FAILED", retriable=False), retries=3, run_count=1)
    assert isinstance(decision, Accept)
    assert isinstance(
        decide_task(state("RUNNING"), state("FAILED", retriable=True), retries=3, run_count=1), Reject
    )


def test_task_without_retries_left_fails() -> None:
    """After the last retry the failure stands."""
    assert isinstance(decide_task(state("RUNNING"), state("FAILED"), retries=3, run_count=4), Accept)


@pytest.mark.parametrize(("sample", "seconds"), [(0, 5), (0.5, 10), (0.75, 12.5), (1, 15)])
def test_jitter_moves_a_delay_within_its_factor(sample: float, seconds: float) -> None:
    """With factor 0.5 a delay of 10 s falls between 5 and 15 s, where the sample says."""
    decision = decide_task(
        state("RUNNING"),
        state("FAILED"),
        retries=1,
        run_count=1,
        retry_delay=10,
        retry_jitter_factor=0.5,
        jitter=sample,
    )
    assert scheduled_after(decision) == seconds


@given(delay=st.floats(0, 1e6), factor=st.floats(0, 10), low=st.floats(0, 1), high=st.floats(0, 1))
def test_jitter_stays_in_bounds_and_in_order(delay: float, factor: float, low: float, high: float) -> None:
    """A delay is never negative nor longer than its factor allows, and a greater sample is no shorter delay."""
    low, high = sorted((low, high))
    shorter, longer = jittered(delay, factor, low), jittered(delay, factor, high)
    assert 0 <= shorter <= longer <= delay * (1 + factor) * (1 + 1e-9)
    assert jittered(delay, factor, 0.5) == delay


@pytest.mark.parametrize(
    ("current", "run_count", "name"),
    [
        (state("PENDING"), 0, "Running"),
        (state("SCHEDULED", "AwaitingRetry", scheduled_time=NOW), 1, "Retrying"),
        (state("SCHEDULED", scheduled_time=NOW), 1, "Rerunning"),
        (state("RUNNING"), 1, "Rerunning"),
    ],
    ids=["first", "retry", "scheduled again", "again"],
)
def test_attempts_say_which_they_are(current: Any, run_count: int, name: str) -> None:
    """The first attempt is Running, one after a failure Retrying, any other Rerunning."""
    decision = decide_task(current, state("RUNNING"), run_count=run_count)
    assert isinstance(decision, Accept)
    assert decision.state.name == name


def test_task_run_remembers_the_attempt_of_its_flow_run() -> None:
    """A task run that starts notes the count of its flow run, when it is another than it knows."""
    decision = decide_task(state("PENDING"), state("RUNNING"), flow_run_count=2, flow_run_run_count=1)
    assert isinstance(decision, Accept)
    assert decision.instructions == (UpdateRun({"flow_run_run_count": 2}),)
    same = decide_task(state("PENDING"), state("RUNNING"), flow_run_count=2, flow_run_run_count=2)
    alone = decide_task(state("PENDING"), state("RUNNING"), flow_run_count=None)
    for decision in (same, alone):
        assert isinstance(decision, Accept)
        assert decision.instructions == ()


@pytest.mark.parametrize(
    ("version", "than", "older"),
    [
        ("3.4.9", "3.4.11", True),
        ("3.4.11", "3.4.11", False),
        ("3.4.11rc1", "3.4.11", False),
        ("3.10", "3.4.11", False),
        ("3.4", "3.4.11", True),
        ("what", "3.4.11", True),
    ],
)
def test_versions_compare_by_their_numbers(version: str, than: str, older: bool) -> None:
    """3.10 is newer than 3.4, a pre-release counts as its release, and what is no version is older than any."""
    assert is_older(version, than) is older


def test_retry_waits_from_the_time_of_the_decision() -> None:
    """The delay counts from when the failure is known, not from when the run was proposed to fail."""
    decision = decide_flow(state("RUNNING"), state("FAILED", at=-30), retries=1, run_count=1, retry_delay=5)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.state_details.scheduled_time == later(5)
