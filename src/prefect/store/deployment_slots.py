"""The slots of deployments: how many of their runs may be in progress at once, and who holds the slots.

The concurrency limit of a deployment is a named limit; a run in progress holds one of its slots under a lease.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ConcurrencyRequestRefused, ConcurrencySlotsTaken
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State
from prefect.settings import get_current_settings
from prefect.store.columns import json_value, timestamp_text
from prefect.store.concurrency_slots import Lease, take_slots
from prefect.store.statements import Row, Statement, Transaction

LEASE_SECONDS = 300.0
"""How long a slot is held unless the client renews the lease."""


def facts_of_deployment(deployment_id: UUID) -> Transaction[dict[str, Any]]:
    """Return what the rules need to know of a run's deployment, as fields of `FlowRunFacts`."""
    row = yield from _limit_of(deployment_id)
    if row is None:
        return {"deployment_missing": True}
    wait = get_current_settings().server.deployments.concurrency_slot_wait_seconds
    return {
        "deployment_limit": row["slot_limit"],
        "collision_strategy": _options(row).get("collision_strategy") or "ENQUEUE",
        "deployment_slot_wait_seconds": wait,
    }


def take_deployment_slot(run: FlowRun) -> Transaction[UUID | None]:
    """Take a slot of a run's deployment for it. Return the lease by which it is held, or None: none is free."""
    row = (yield from _limit_of(run.deployment_id)) if run.deployment_id else None
    if row is None or row["limit_name"] is None:
        return None
    usual = get_current_settings().server.concurrency.initial_deployment_lease_duration
    seconds = _options(row).get("grace_period_seconds") or usual
    lease = Lease(uuid7(), float(seconds), ConcurrencyLeaseHolder(type="flow_run", id=run.id))
    try:
        # The runs of a deployment take their turn by their scheduled times, not by the queue of those who wait in code.
        yield from take_slots([row["limit_name"]], 1, "concurrency", lease=lease, ahead=True)
    except (ConcurrencySlotsTaken, ConcurrencyRequestRefused):
        return None
    return lease.id


def renew_slot(lease_id: UUID) -> Transaction[bool]:
    """Let the lease of a slot last for a while from now, unless it never lapses. Return whether it is there."""
    rows = yield Statement(
        "UPDATE concurrency_lease SET expires_at = CASE WHEN expires_at IS NULL THEN NULL ELSE CAST(? AS TEXT) END "
        "WHERE id = ? RETURNING id",
        (timestamp_text(now() + timedelta(seconds=LEASE_SECONDS)), str(lease_id)),
    )
    return bool(rows)


def hold_slot_by_claim(state: State[Any] | None) -> Transaction[None]:
    """Let the slot of a run that is claimed not lapse by itself: the run gives it back when its claim does."""
    lease_id = state.state_details.deployment_concurrency_lease_id if state else None
    if lease_id is not None:
        yield Statement("UPDATE concurrency_lease SET expires_at = NULL WHERE id = ?", (str(lease_id),))


def _limit_of(deployment_id: UUID) -> Transaction[Row | None]:
    rows = yield Statement(
        "SELECT deployment.concurrency_options AS options, concurrency_limit.name AS limit_name, "
        "concurrency_limit.slot_limit AS slot_limit FROM deployment "
        "LEFT JOIN concurrency_limit ON concurrency_limit.id = deployment.concurrency_limit_id "
        "WHERE deployment.id = ?",
        (str(deployment_id),),
    )
    return rows[0] if rows else None


def _options(row: Row) -> dict[str, Any]:
    return json_value(row["options"]) if row["options"] else {}
