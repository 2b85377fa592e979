"""Runs about which a service has to do something, found by index, a batch at a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect.store.columns import timestamp_text
from prefect.store.flow_run_events import HEARTBEAT
from prefect.store.statements import Row, Statement, Transaction

_OVER = "('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')"
_OF_CANCELLED = "flow_run.end_time >= ? AND flow_run.state_type = 'CANCELLED'"


def scheduled_before(latest: datetime, limit: int) -> Transaction[list[UUID]]:
    """Return flow runs that should have begun by a time and have not, those first that have waited longest."""
    # The name alone, as an index has it; whether the type is SCHEDULED is seen when they are looked at.
    rows = yield Statement(
        "SELECT id FROM flow_run WHERE state_name = 'Scheduled' AND next_scheduled_start_time <= ? "
        "ORDER BY next_scheduled_start_time, id LIMIT ?",
        (timestamp_text(latest), limit),
    )
    return [UUID(row["id"]) for row in rows]


# Below, CROSS JOIN and no order: SQLite then begins with the few rows that an index finds, whatever it knows of the
# tables, and not with all flow runs in the order of their ids.


def paused_runs() -> Transaction[list[Row]]:
    """Return all flow runs that are paused, with the time until which (`ends`)."""
    return (
        yield Statement(
            "SELECT flow_run.id AS id, {json_text(flow_run_state.state_details, pause_timeout)} AS ends "
            "FROM flow_run CROSS JOIN flow_run_state "
            "WHERE flow_run.state_type = 'PAUSED' AND flow_run_state.flow_run_id = flow_run.id "
            "AND flow_run_state.id = flow_run.state_id"
        )
    )


def task_runs_of_cancelled(since: datetime, limit: int) -> Transaction[list[UUID]]:
    """Return task runs that go on although their flow run was cancelled, after a time."""
    rows = yield Statement(
        "SELECT task_run.id AS id FROM flow_run CROSS JOIN task_run "
        f"WHERE {_OF_CANCELLED} AND task_run.flow_run_id = flow_run.id AND task_run.state_type NOT IN {_OVER} LIMIT ?",
        (timestamp_text(since), limit),
    )
    return [UUID(row["id"]) for row in rows]


def subflows_of_cancelled(since: datetime, limit: int) -> Transaction[list[Row]]:
    """Return subflow runs that go on although their parent was cancelled, after a time, with their deployment."""
    return (
        yield Statement(
            "SELECT subflow.id AS id, subflow.deployment_id AS deployment_id "
            "FROM flow_run CROSS JOIN task_run CROSS JOIN flow_run AS subflow "
            f"WHERE {_OF_CANCELLED} AND task_run.flow_run_id = flow_run.id "
            f"AND subflow.parent_task_run_id = task_run.id AND subflow.state_type NOT IN {_OVER} "
            "AND (subflow.deployment_id IS NULL OR subflow.state_type <> 'CANCELLING') LIMIT ?",
            (timestamp_text(since), limit),
        )
    )


def cancelling_since(before: datetime, limit: int) -> Transaction[list[UUID]]:
    """Return flow runs that have been cancelling since before a time."""
    rows = yield Statement(
        "SELECT flow_run.id AS id FROM flow_run CROSS JOIN flow_run_state WHERE flow_run.state_type = 'CANCELLING' "
        "AND flow_run_state.flow_run_id = flow_run.id AND flow_run_state.id = flow_run.state_id "
        "AND flow_run_state.timestamp <= ? LIMIT ?",
        (timestamp_text(before), limit),
    )
    return [UUID(row["id"]) for row in rows]


def running_runs() -> Transaction[list[str]]:
    """Return the ids of all flow runs that are running and have no claim, by which they would be watched."""
    rows = yield Statement(
        "SELECT id FROM flow_run WHERE state_type = 'RUNNING' AND NOT EXISTS (SELECT 1 FROM flow_run_claim "
        "WHERE flow_run_claim.flow_run_id = flow_run.id AND expires_at IS NOT NULL)"
    )
    return [row["id"] for row in rows]


def last_heartbeats(flow_run_id: str) -> Transaction[list[datetime]]:
    """Return when the last two heartbeats of a flow run have come, the last first, by the clock of who stored them."""
    rows = yield Statement(
        f"SELECT received FROM event WHERE resource_id = ? AND event = '{HEARTBEAT}' "
        "ORDER BY occurred DESC, id DESC LIMIT 2",
        (f"prefect.flow-run.{flow_run_id}",),
    )
    return [datetime.fromisoformat(row["received"]) for row in rows]


def is_lease_lapsed(moment: datetime) -> Transaction[bool]:
    """Return whether a lease of slots, or a place in a queue for them, has lapsed."""
    for table in ("concurrency_lease", "concurrency_ticket"):
        rows = yield Statement(
            f"SELECT 1 AS one FROM {table} WHERE expires_at <= ? LIMIT 1", (timestamp_text(moment),)
        )
        if rows:
            return True
    return False
