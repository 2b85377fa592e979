from __future__ import annotations

from typing import Any

import pytest

from prefect.orchestration.decisions import Accept, EmitStateEvent, Reject
from prefect.orchestration.policies import CORE_FLOW_POLICY, MINIMAL_FLOW_POLICY
from tests.unit.orchestration.building import NOW, decide_flow, state


@pytest.mark.parametrize("policy", [CORE_FLOW_POLICY, MINIMAL_FLOW_POLICY], ids=["proposed", "forced"])
@pytest.mark.parametrize(
    ("current", "pid"),
    [
        (state("SCHEDULED"), None),
        (state("SCHEDULED", "Late"), ""),
        (state("SCHEDULED", "Resuming"), "host:1"),
        (state("PAUSED", "Suspended", pause_reschedule=True), "host:1"),
    ],
    ids=["scheduled", "late", "resuming", "suspended"],
)
def test_run_that_runs_nowhere_is_cancelled_at_once(current: Any, pid: str | None, policy: Any) -> None:
    """There is nothing to stop, so nobody has to confirm that it stopped."""
    decision = decide_flow(current, state("CANCELLING", message="by Ada"), policy, infrastructure_pid=pid)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.timestamp) == ("CANCELLED", NOW)
    assert decision.state.message == "by Ada"
    assert EmitStateEvent() in decision.instructions


@pytest.mark.parametrize(
    ("current", "pid"),
    [
        (state("SCHEDULED"), "host:1"),
        (state("PAUSED"), None),
        (state("PENDING"), None),
        (state("RUNNING"), None),
    ],
    ids=["scheduled with infrastructure", "paused in its process", "pending", "running"],
)
def test_run_that_runs_somewhere_is_being_cancelled(current: Any, pid: str | None) -> None:
    """Whoever runs it has to stop it first."""
    decision = decide_flow(current, state("CANCELLING"), infrastructure_pid=pid)
    assert isinstance(decision, Accept)
    assert decision.state.type == "CANCELLING"


def test_message_says_why_nothing_was_stopped() -> None:
    """Without a message of the client the state says in which situation the run was cancelled."""
    waiting = decide_flow(state("SCHEDULED"), state("CANCELLING"))
    suspended = decide_flow(state("PAUSED", pause_reschedule=True), state("CANCELLING"))
    for decision, words in ((waiting, "before it was started"), (suspended, "suspended")):
        assert isinstance(decision, Reject)
        assert decision.state is not None
        assert words in (decision.state.message or "")


@pytest.mark.parametrize(
    "proposed", ["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLING"]
)
def test_cancelling_ends_in_cancelled(proposed: str) -> None:
    """A run that is being cancelled cannot become anything but cancelled, except by force."""
    decision = decide_flow(state("CANCELLING"), state(proposed))
    assert isinstance(decision, Reject)
    assert decision.state is None
    assert isinstance(decide_flow(state("CANCELLING"), state("CANCELLED")), Accept)
    assert isinstance(decide_flow(state("CANCELLING"), state(proposed), MINIMAL_FLOW_POLICY), Accept)
