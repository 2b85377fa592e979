from __future__ import annotations

from typing import Any

import pytest

from prefect.orchestration.decisions import Abort, Accept, Reject, UpdateRun, UpdateRunPolicy
from prefect.orchestration.policies import MINIMAL_FLOW_POLICY
from prefect.orchestration.terminal import has_persisted_result
from prefect.schemas.results import ResultRecord
from tests.unit.orchestration.building import STORED, decide_flow, decide_task, state

FINAL = ["COMPLETED", "FAILED", "CANCELLED", "CRASHED"]
UNFINISHED = ["SCHEDULED", "PENDING", "RUNNING"]


@pytest.mark.parametrize(
    ("data", "persisted"),
    [
        (None, False),
        ({}, False),
        ({"type": "unpersisted"}, False),
        ({"storage_key": None}, False),
        (5, False),
        (ResultRecord(5), False),
        (ResultRecord(5, {"storage_key": "k"}), True),
        (STORED, True),
    ],
    ids=str,
)
def test_what_counts_as_stored(data: Any, persisted: bool) -> None:
    """A result counts as stored when it says where, in this process or as it travelled."""
    assert has_persisted_result(state("COMPLETED", data=data)) is persisted


@pytest.mark.parametrize("initial", FINAL)
@pytest.mark.parametrize("proposed", ["CANCELLING", "PAUSED", "CRASHED"])
def test_ended_run_cannot_stop_otherwise(initial: str, proposed: str) -> None:
    """What has ended cannot pause, crash or be cancelled any more, whether its result is stored or not."""
    for data in (None, STORED):
        assert isinstance(decide_flow(state(initial, data=data), state(proposed)), Abort)
        assert isinstance(decide_task(state(initial, data=data), state(proposed)), Abort)


@pytest.mark.parametrize("proposed", [*UNFINISHED, "COMPLETED"])
def test_stored_flow_result_is_not_run_over(proposed: str) -> None:
    """A flow run whose result is stored neither runs again nor completes without a result."""
    for has_deployment in (True, False):
        decision = decide_flow(
            state("COMPLETED", data=STORED), state(proposed), has_deployment=has_deployment
        )
        assert isinstance(decision, Reject)
        assert decision.state is None


def test_stored_flow_result_may_be_replaced_or_given_up() -> None:
    """A completed flow run may complete with another stored result, or be called failed or cancelled."""
    current = state("COMPLETED", data=STORED)
    for proposed in (state("COMPLETED", data=STORED), state("FAILED"), state("CANCELLED")):
        assert isinstance(decide_flow(current, proposed), Accept)


@pytest.mark.parametrize("proposed", [*UNFINISHED, "COMPLETED", "FAILED", "CANCELLED"])
def test_stored_task_result_stays(proposed: str) -> None:
    """A task run whose result is stored stays as it is, whatever is proposed."""
    decision = decide_task(state("COMPLETED", data=STORED), state(proposed, data=STORED))
    assert isinstance(decision, Reject)
    assert decision.state is None


def test_flow_run_without_deployment_is_not_scheduled_again() -> None:
    """Nothing would start it, so the client is told to stop."""
    decision = decide_flow(state("FAILED"), state("SCHEDULED"))
    assert isinstance(decision, Abort)
    assert "deployment" in decision.reason


@pytest.mark.parametrize(("proposed", "retry_type"), [("SCHEDULED", "reschedule"), ("RUNNING", None)])
def test_flow_run_that_runs_again_begins_anew(proposed: str, retry_type: str | None) -> None:
    """Its pauses are forgotten, and it notes whether it waits to be started."""
    decision = decide_flow(state("FAILED"), state(proposed), has_deployment=True, pause_keys={"a"})
    assert isinstance(decision, Accept)
    update = UpdateRunPolicy({"resuming": False, "pause_keys": set(), "retry_type": retry_type})
    assert update in decision.instructions


@pytest.mark.parametrize("ended", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"])
def test_a_worker_that_comes_late_does_not_execute_a_run(ended: str) -> None:
    """It found the run when it was scheduled, and others were quicker. Without a deployment no worker looks for it."""
    decision = decide_flow(state(ended), state("PENDING"), has_deployment=True)
    assert isinstance(decision, Abort)
    if ended != "CANCELLED":
        assert isinstance(decide_flow(state(ended), state("PENDING")), Accept)


def test_flow_run_that_ends_otherwise_keeps_its_policy() -> None:
    """From one end to another nothing begins anew."""
    decision = decide_flow(state("FAILED"), state("CANCELLED"))
    assert isinstance(decision, Accept)
    assert not any(isinstance(instruction, UpdateRunPolicy) for instruction in decision.instructions)


@pytest.mark.parametrize("proposed", UNFINISHED)
def test_task_run_that_runs_again_counts_anew(proposed: str) -> None:
    """Its attempts are counted from the beginning, so that it has its retries again."""
    decision = decide_task(state("FAILED"), state(proposed), run_count=3)
    assert isinstance(decision, Accept)
    assert UpdateRun({"run_count": 0}) in decision.instructions


@pytest.mark.parametrize(("seen", "name"), [(1, "Retrying"), (2, "Running")])
def test_task_run_says_that_its_flow_run_is_retried(seen: int, name: str) -> None:
    """An ended task run that runs in a later attempt of its flow run is Retrying; in the same attempt it is not."""
    decision = decide_task(
        state("FAILED"), state("RUNNING"), run_count=1, flow_run_count=2, flow_run_run_count=seen
    )
    assert isinstance(decision, Accept)
    assert decision.state.name == name


def test_task_run_outside_a_flow_runs_again_plainly() -> None:
    """Without a flow run there is no attempt to be part of."""
    decision = decide_task(state("FAILED"), state("RUNNING"), flow_run_count=None, flow_state_type=None)
    assert isinstance(decision, Accept)
    assert decision.state.name == "Running"


def test_force_does_not_lose_a_stored_result() -> None:
    """Even by force a completed flow run does not complete without the result it has; it may fail."""
    current = state("COMPLETED", data=STORED)
    assert isinstance(decide_flow(current, state("COMPLETED"), MINIMAL_FLOW_POLICY), Reject)
    for proposed in (state("COMPLETED", data=STORED), state("FAILED"), state("RUNNING")):
        assert isinstance(decide_flow(current, proposed, MINIMAL_FLOW_POLICY), Accept)
