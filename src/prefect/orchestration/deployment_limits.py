"""Rules about the concurrency limit of a deployment: how many of its runs may be in progress at once.

A run takes a slot when it becomes pending and gives it back when it is no longer in progress. The slot is held under a
lease, whose id travels in the state's details; the client renews it. Older clients do otherwise: 3.0.0 to 3.0.3 manage
the slots themselves, those before 3.4.11 know no leases.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.orchestration.decisions import (
    Abort,
    Reject,
    ReleaseDeploymentSlot,
    RenewLease,
    RevokeLease,
    TakeDeploymentSlot,
)
from prefect.orchestration.facts import FlowRunFacts
from prefect.orchestration.state_types import CANCELLED, IN_PROGRESS, SCHEDULED
from prefect.orchestration.versions import is_older
from prefect.schemas.states import State, StateDetails, details_with

_MANAGE_SLOTS_THEMSELVES = frozenset({"3.0.0rc20", "3.0.0", "3.0.1", "3.0.2", "3.0.3"})
_FIRST_WITH_LEASES = "3.4.11"


def keep_lease(current: State[Any] | None, proposed: State[Any], _: FlowRunFacts) -> State[Any] | None:
    """The lease goes along from state to state, unless the new one names another."""
    lease_id = _lease_of(current)
    if lease_id is None or _lease_of(proposed) is not None:
        return None
    return _with_lease(proposed, lease_id)


def check_deployment_limit(
    _: State[Any] | None, proposed: State[Any], facts: FlowRunFacts
) -> State[Any] | Abort | Reject | None:
    """A run becomes pending only with a slot of its deployment.

    Without a free one it waits for its next try, or is cancelled if the deployment wants that.
    """
    if not facts.has_deployment or facts.client_version in _MANAGE_SLOTS_THEMSELVES:
        return None
    if facts.deployment_missing:
        return Abort("The deployment of the flow run does not exist any more.")
    if facts.deployment_limit == 0:
        return Abort("The concurrency limit of the deployment is 0: none of its runs can start.")
    if facts.deployment_limit is not None and facts.deployment_slots == "full":
        return _cancelled(facts) if facts.collision_strategy == "CANCEL_NEW" else _waiting_for_slot(facts)
    return _with_new_lease(proposed, facts)


def take_slot(_: State[Any] | None, _written: State[Any], facts: FlowRunFacts) -> TakeDeploymentSlot | None:
    """The slot is taken with the write, unless it was before this decision."""
    if facts.deployment_limit is None or facts.deployment_slots == "taken":
        return None
    return None if facts.client_version in _MANAGE_SLOTS_THEMSELVES else TakeDeploymentSlot()


def check_lease(
    current: State[Any] | None, proposed: State[Any], facts: FlowRunFacts
) -> State[Any] | Reject | None:
    """A run that starts still needs its slot; if it lost it and none is free, it is cancelled."""
    if not _renews_lease(current, facts):
        return None
    if facts.deployment_slots == "full":
        return _cancelled(facts)
    return _with_new_lease(proposed, facts)


def renew_lease(current: State[Any] | None, _: State[Any], facts: FlowRunFacts) -> RenewLease | None:
    """A run that starts renews the lease of its slot."""
    lease_id = _lease_of(current)
    if lease_id is None or facts.deployment_slots == "taken" or not _renews_lease(current, facts):
        return None
    return RenewLease(lease_id)


def revoke_lease(current: State[Any] | None, _: State[Any], facts: FlowRunFacts) -> RevokeLease | None:
    """A client that would not renew the lease keeps the slot without one."""
    lease_id = _lease_of(current)
    return RevokeLease(lease_id) if lease_id is not None and not _knows_leases(facts) else None


def release_slot(
    current: State[Any] | None, written: State[Any], _: FlowRunFacts
) -> ReleaseDeploymentSlot | None:
    """A run that is no longer in progress gives its slot back. One that never took a slot has none to give."""
    lease_id = _lease_of(current)
    if current is None or lease_id is None or current.type not in IN_PROGRESS or written.type in IN_PROGRESS:
        return None
    return ReleaseDeploymentSlot(lease_id)


def release_slot_unless_retrying(
    current: State[Any] | None, written: State[Any], facts: FlowRunFacts
) -> ReleaseDeploymentSlot | None:
    """A run that is put off to its next attempt stays in the process that runs it, and keeps its slot."""
    return None if written.name == "AwaitingRetry" else release_slot(current, written, facts)


def cancel_late_run_without_slot(
    _: State[Any] | None, proposed: State[Any], facts: FlowRunFacts
) -> Reject | None:
    """A run that is late because its deployment is full is cancelled, if the deployment cancels what finds no slot."""
    full = facts.deployment_limit is not None and facts.deployment_slots == "full"
    return (
        _cancelled(facts)
        if full and proposed.name == "Late" and facts.collision_strategy == "CANCEL_NEW"
        else None
    )


def _lease_of(state: State[Any] | None) -> UUID | None:
    return state.state_details.deployment_concurrency_lease_id if state else None


def _with_lease(state: State[Any], lease_id: UUID) -> State[Any]:
    return details_with(state, {"deployment_concurrency_lease_id": lease_id})


def _with_new_lease(proposed: State[Any], facts: FlowRunFacts) -> State[Any] | None:
    lease_id = facts.deployment_lease_id
    return _with_lease(proposed, lease_id) if facts.deployment_slots == "taken" and lease_id else None


def _knows_leases(facts: FlowRunFacts) -> bool:
    return facts.client_version is not None and not is_older(facts.client_version, _FIRST_WITH_LEASES)


def _renews_lease(current: State[Any] | None, facts: FlowRunFacts) -> bool:
    return facts.deployment_limit is not None and _lease_of(current) is not None and _knows_leases(facts)


def _cancelled(facts: FlowRunFacts) -> Reject:
    message = "Cancelled: the deployment is at its concurrency limit."
    return Reject(
        State[Any](type=CANCELLED, timestamp=facts.now, message=message),
        "The deployment is at its concurrency limit.",
    )


def _waiting_for_slot(facts: FlowRunFacts) -> Reject:
    again = facts.now + timedelta(seconds=facts.deployment_slot_wait_seconds)
    state = State[Any](
        type=SCHEDULED,
        name="AwaitingConcurrencySlot",
        timestamp=facts.now,
        state_details=StateDetails(scheduled_time=again),
    )
    return Reject(state, "The deployment is at its concurrency limit; the run waits for a slot.")
