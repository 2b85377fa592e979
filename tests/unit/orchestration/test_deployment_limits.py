from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from prefect.orchestration.decisions import (
    Abort,
    Accept,
    Reject,
    ReleaseDeploymentSlot,
    RenewLease,
    RevokeLease,
    TakeDeploymentSlot,
)
from prefect.orchestration.policies import MARK_LATE_POLICY, MINIMAL_FLOW_POLICY
from tests.unit.orchestration.building import decide_flow, later, state

LEASE = UUID("11111111-1111-4111-8111-111111111111")
NEW_LEASE = UUID("22222222-2222-4222-8222-222222222222")
LIMITED = {"has_deployment": True, "deployment_limit": 1, "client_version": "3.8.8"}
HOLDING = {"deployment_concurrency_lease_id": LEASE}


def asked(decision: Any, *kinds: type) -> list[Any]:
    """Return the instructions of these kinds."""
    return [instruction for instruction in decision.instructions if isinstance(instruction, kinds)]


def lease(decision: Any) -> UUID | None:
    """Return the lease that the written state names."""
    return decision.state.state_details.deployment_concurrency_lease_id


@pytest.mark.parametrize("initial", [None, "SCHEDULED"])
def test_pending_run_takes_a_slot(initial: str | None) -> None:
    """A run that becomes pending asks for a slot of its deployment."""
    decision = decide_flow(state(initial) if initial else None, state("PENDING"), **LIMITED)
    assert isinstance(decision, Accept)
    assert TakeDeploymentSlot() in decision.instructions


def test_slot_that_was_taken_travels_as_a_lease() -> None:
    """Decided again with the slot taken, the state names the lease and no second slot is asked for."""
    decision = decide_flow(
        state("SCHEDULED"), state("PENDING"), **LIMITED, deployment_slots="taken", deployment_lease_id=LEASE
    )
    assert isinstance(decision, Accept)
    assert lease(decision) == LEASE
    assert not asked(decision, TakeDeploymentSlot)


def test_run_without_a_free_slot_waits_for_one() -> None:
    """A full deployment puts the run off by the configured time."""
    decision = decide_flow(
        state("SCHEDULED"),
        state("PENDING"),
        **LIMITED,
        deployment_slots="full",
        deployment_slot_wait_seconds=12,
    )
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.name) == ("SCHEDULED", "AwaitingConcurrencySlot")
    assert decision.state.state_details.scheduled_time == later(12)


def test_run_without_a_free_slot_is_cancelled_if_the_deployment_says_so() -> None:
    """A full deployment that cancels new runs cancels this one."""
    decision = decide_flow(
        state("SCHEDULED"),
        state("PENDING"),
        **LIMITED,
        deployment_slots="full",
        collision_strategy="CANCEL_NEW",
    )
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.type == "CANCELLED"


@pytest.mark.parametrize("facts", [{"deployment_limit": 0}, {"deployment_missing": True}], ids=str)
def test_run_that_can_never_get_a_slot_stops(facts: dict[str, Any]) -> None:
    """With a limit of 0, or without its deployment, a run does not wait for ever."""
    assert isinstance(decide_flow(state("SCHEDULED"), state("PENDING"), **{**LIMITED, **facts}), Abort)


@pytest.mark.parametrize("facts", [{"deployment_limit": None}, {"client_version": "3.0.1"}], ids=str)
def test_run_that_needs_no_slot_takes_none(facts: dict[str, Any]) -> None:
    """Without a limit, or with a client that manages slots itself, nothing is taken."""
    decision = decide_flow(state("SCHEDULED"), state("PENDING"), **{**LIMITED, **facts})
    assert isinstance(decision, Accept)
    assert not asked(decision, TakeDeploymentSlot)


def test_run_that_starts_renews_its_lease() -> None:
    """The lease goes along to RUNNING and is renewed."""
    decision = decide_flow(state("PENDING", **HOLDING), state("RUNNING"), **LIMITED)
    assert isinstance(decision, Accept)
    assert lease(decision) == LEASE
    assert asked(decision, RenewLease, RevokeLease) == [RenewLease(LEASE)]


def test_run_that_lost_its_slot_gets_another() -> None:
    """Decided again with a new slot, the state names the new lease."""
    decision = decide_flow(
        state("PENDING", **HOLDING),
        state("RUNNING"),
        **LIMITED,
        deployment_slots="taken",
        deployment_lease_id=NEW_LEASE,
    )
    assert isinstance(decision, Accept)
    assert lease(decision) == NEW_LEASE
    assert not asked(decision, RenewLease)


def test_run_that_lost_its_slot_for_good_is_cancelled() -> None:
    """When its slot is gone and none is free, the run does not start."""
    decision = decide_flow(state("PENDING", **HOLDING), state("RUNNING"), **LIMITED, deployment_slots="full")
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.type == "CANCELLED"
    assert asked(decision, ReleaseDeploymentSlot) == [ReleaseDeploymentSlot(LEASE)]


def test_run_without_a_lease_has_none_to_renew() -> None:
    """A run that was made pending by force starts without a slot."""
    decision = decide_flow(state("PENDING"), state("RUNNING"), **LIMITED)
    assert isinstance(decision, Accept)
    assert not asked(decision, RenewLease, RevokeLease)


@pytest.mark.parametrize("version", ["3.4.10", None])
@pytest.mark.parametrize("proposed", ["RUNNING", "CANCELLING"])
def test_slot_of_an_old_client_does_not_lapse(proposed: str, version: str | None) -> None:
    """A client that renews no leases keeps its slot without one."""
    decision = decide_flow(
        state("PENDING", **HOLDING), state(proposed), **{**LIMITED, "client_version": version}
    )
    assert isinstance(decision, Accept)
    assert asked(decision, RenewLease, RevokeLease) == [RevokeLease(LEASE)]


@pytest.mark.parametrize("initial", ["PENDING", "RUNNING"])
@pytest.mark.parametrize("proposed", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "SCHEDULED"])
@pytest.mark.parametrize("forced", [True, False], ids=["forced", "proposed"])
def test_run_that_is_no_longer_in_progress_gives_its_slot_back(
    initial: str, proposed: str, forced: bool
) -> None:
    """However a run ends or is put off, its slot is free again."""
    how = {"policy": MINIMAL_FLOW_POLICY} if forced else {}
    decision = decide_flow(state(initial, **HOLDING), state(proposed), **how, **LIMITED, run_count=1)
    assert isinstance(decision, Accept)
    assert asked(decision, ReleaseDeploymentSlot) == [ReleaseDeploymentSlot(LEASE)]


def test_slot_is_free_while_a_run_is_paused() -> None:
    """A paused run gives its slot back, and does not give it back again when it ends."""
    paused = decide_flow(state("RUNNING", **HOLDING), state("PAUSED"), **LIMITED)
    assert asked(paused, ReleaseDeploymentSlot) == [ReleaseDeploymentSlot(LEASE)]
    cancelled = decide_flow(state("PAUSED", **HOLDING), state("CANCELLED"), **LIMITED)
    assert not asked(cancelled, ReleaseDeploymentSlot)


def test_run_that_took_no_slot_gives_none_back() -> None:
    """A run that started without a slot does not free that of another run."""
    decision = decide_flow(state("RUNNING"), state("COMPLETED"), **LIMITED)
    assert isinstance(decision, Accept)
    assert not asked(decision, ReleaseDeploymentSlot)


@pytest.mark.parametrize(("initial", "proposed"), [("PENDING", "RUNNING"), ("RUNNING", "CANCELLING")])
def test_slot_is_held_while_a_run_is_in_progress(initial: str, proposed: str) -> None:
    """From pending until it has ended, being cancelled included, a run keeps its slot."""
    decision = decide_flow(state(initial, **HOLDING), state(proposed), **LIMITED)
    assert isinstance(decision, Accept)
    assert not asked(decision, ReleaseDeploymentSlot)
    assert lease(decision) == LEASE


def test_state_may_name_another_lease() -> None:
    """The lease that a proposal names is not overwritten with the old one."""
    decision = decide_flow(
        state("RUNNING", **HOLDING), state("RUNNING", deployment_concurrency_lease_id=NEW_LEASE), **LIMITED
    )
    assert isinstance(decision, Accept)
    assert lease(decision) == NEW_LEASE


def test_late_run_of_a_full_deployment_is_cancelled() -> None:
    """A deployment that cancels what finds no slot cancels what would be late, and only that."""
    full = {**LIMITED, "deployment_slots": "full"}
    current, late = state("SCHEDULED"), state("SCHEDULED", "Late")
    decision = decide_flow(current, late, MARK_LATE_POLICY, **full, collision_strategy="CANCEL_NEW")
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.type == "CANCELLED"
    assert isinstance(decide_flow(current, late, MARK_LATE_POLICY, **full), Accept)
    assert isinstance(
        decide_flow(current, late, MARK_LATE_POLICY, **LIMITED, collision_strategy="CANCEL_NEW"), Accept
    )
