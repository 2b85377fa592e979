"""How long records are kept, and what is older deleted, a batch at a time.

The newest event and the newest log line always stay: their number tells those who follow where the next ones begin.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from prefect._clock import now
from prefect.schemas.resources import ID
from prefect.store.columns import timestamp_text
from prefect.store.conditions import Condition, none_of
from prefect.store.flow_run_deletion import delete_flow_runs_with_all
from prefect.store.statements import Batch, Statement, Transaction
from prefect.store.tables.events import EVENT

_OVER = "('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')"


def read_retention() -> Transaction[dict[str, timedelta | None]]:
    """Return how long records are kept, by their kind, where somebody has said so; None is for ever."""
    rows = yield Statement("SELECT kind, seconds FROM retention ORDER BY kind")
    return {
        row["kind"]: None if row["seconds"] is None else timedelta(seconds=row["seconds"]) for row in rows
    }


def set_retention(kind: str, period: timedelta | None) -> Transaction[None]:
    """Say how long records of a kind are kept from now on; None is for ever."""
    seconds = None if period is None else int(period.total_seconds())
    yield Statement(
        "INSERT INTO retention (kind, seconds, updated) VALUES (?, ?, ?) "
        "ON CONFLICT (kind) DO UPDATE SET seconds = excluded.seconds, updated = excluded.updated",
        (kind, seconds, timestamp_text(now())),
    )


def unset_retention(kind: str) -> Transaction[None]:
    """Keep records of a kind as long as the settings say."""
    yield Statement("DELETE FROM retention WHERE kind = ?", (kind,))


def delete_old_events(before: datetime, others: Mapping[str, datetime], limit: int) -> Transaction[int]:
    """Delete events that occurred before a time, and return how many.

    Args:
        before: The time.
        others: Other times for events of some names.
        limit: How many at most.
    """
    deleted = yield from _delete_events(
        none_of("event.event", list(others)) if others else Condition("TRUE"), before, limit
    )
    for name, moment in others.items():
        if deleted >= limit:
            break
        deleted += yield from _delete_events(Condition("event.event = ?", (name,)), moment, limit - deleted)
    return deleted


def _delete_events(meant: Condition, before: datetime, limit: int) -> Transaction[int]:
    rows = yield Statement(
        f"SELECT event.id, event.related FROM event WHERE {meant.sql} AND event.occurred < ? "
        "AND {order_of(event)} < (SELECT max({order_of(event)}) FROM event) ORDER BY event.occurred LIMIT ?",
        (*meant.parameters, timestamp_text(before), limit),
    )
    if not rows:
        return 0
    involved: list[tuple[str, str]] = []
    decode = EVENT.columns["related"].decode
    assert decode is not None  # the column holds JSON
    for row in rows:
        involved.extend((related[ID], row["id"]) for related in decode(row["related"]))
    yield Batch("DELETE FROM event_involved WHERE resource_id = ? AND event_id = ?", involved)
    ids = [row["id"] for row in rows]
    yield Statement(f"DELETE FROM event WHERE id IN ({', '.join('?' * len(ids))})", ids)
    return len(ids)


def delete_old_logs(before: datetime, limit: int) -> Transaction[int]:
    """Delete log lines that were written before a time, at most `limit`. Return how many."""
    rows = yield Statement(
        "DELETE FROM log WHERE id IN (SELECT log.id FROM log WHERE log.timestamp < ? "
        "AND {order_of(log)} < (SELECT max({order_of(log)}) FROM log) ORDER BY log.timestamp LIMIT ?) RETURNING id",
        (timestamp_text(before), limit),
    )
    return len(rows)


def delete_old_artifacts(before: datetime, limit: int) -> Transaction[int]:
    """Delete artifacts that were last changed before a time, at most `limit`; the latest of each key stays."""
    rows = yield Statement(
        "DELETE FROM artifact WHERE id IN (SELECT artifact.id FROM artifact WHERE artifact.updated < ? "
        "AND NOT EXISTS (SELECT 1 FROM artifact_collection WHERE artifact_collection.latest_id = artifact.id) "
        "ORDER BY artifact.updated LIMIT ?) RETURNING id",
        (timestamp_text(before), limit),
    )
    return len(rows)


def delete_old_runs(before: datetime, limit: int) -> Transaction[int]:
    """Delete flow runs that ended before a time, with their task runs and logs, and background task runs.

    Args:
        before: The time.
        limit: How many of each at most.
    """
    rows = yield Statement(
        f"SELECT id FROM flow_run WHERE end_time < ? AND state_type IN {_OVER} ORDER BY end_time, id LIMIT ?",
        (timestamp_text(before), limit),
    )
    flow_runs = yield from delete_flow_runs_with_all([row["id"] for row in rows])
    rows = yield Statement(
        "SELECT id FROM task_run WHERE flow_run_id IS NULL AND expected_start_time < ? AND end_time < ? "
        f"AND state_type IN {_OVER} ORDER BY expected_start_time, id LIMIT ?",
        (timestamp_text(before), timestamp_text(before), limit),
    )
    ids = [row["id"] for row in rows]
    marks = ", ".join("?" * len(ids))
    for table, column in (("task_run_state", "task_run_id"), ("log", "task_run_id"), ("task_run", "id")):
        if ids:
            yield Statement(f"DELETE FROM {table} WHERE {column} IN ({marks})", ids)
    return max(len(flow_runs), len(ids))
