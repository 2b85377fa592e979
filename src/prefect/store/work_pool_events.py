"""What is told of work pools and their queues: events, stored along with what they tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._ids import uuid7
from prefect.schemas.resources import ID, NAME, ROLE
from prefect.store.event_rows import EventRow, insert_events
from prefect.store.statements import Row, Statement, Transaction

POOL_TYPE = "prefect.work-pool.type"


def pool_labels(pool: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels of a pool, of its row."""
    return {ID: f"prefect.work-pool.{pool['id']}", NAME: pool["name"], POOL_TYPE: pool["type"]}


def queue_labels(queue: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels of a queue, of its row."""
    return {ID: f"prefect.work-queue.{queue['id']}", NAME: queue["name"], ROLE: "work-queue"}


def tell_pool(
    pool: Mapping[str, Any], what: str, moment: datetime, *, payload: Mapping[str, Any] | None = None
) -> Transaction[None]:
    """Tell that a pool was created, updated or deleted."""
    related = []
    if what != "updated" and pool["default_queue_id"]:
        related = [{ID: f"prefect.work-queue.{pool['default_queue_id']}", ROLE: "default-queue"}]
    labels = {**pool_labels(pool), ROLE: "work-pool"}
    event = EventRow(uuid7(), moment, f"prefect.work-pool.{what}", labels, related, payload or {})
    yield from insert_events([event])


def tell_pool_status(pool: Row, status: str, moment: datetime) -> Transaction[None]:
    """Write the status of a pool and tell it. The event follows the one that told the status before."""
    name = f"prefect.work-pool.{_word(status)}"
    before = pool["status_event_id"]
    event = EventRow(uuid7(), moment, name, pool_labels(pool), follows=UUID(before) if before else None)
    yield Statement(
        "UPDATE work_pool SET status = ?, status_event_id = ? WHERE id = ?",
        (status, str(event.id), pool["id"]),
    )
    yield from insert_events([event])


def tell_queue(
    queue: Mapping[str, Any],
    pool: Mapping[str, Any],
    what: str,
    moment: datetime,
    *,
    payload: Mapping[str, Any] | None = None,
) -> Transaction[None]:
    """Tell what happened to a queue of a pool: created, updated, deleted, or its status."""
    related = [{**pool_labels(pool), ROLE: "work-pool"}]
    event = EventRow(
        uuid7(), moment, f"prefect.work-queue.{_word(what)}", queue_labels(queue), related, payload or {}
    )
    yield from insert_events([event])


def difference(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event tells of changed fields: from which value to which."""
    changed = {name: value for name, value in changes.items() if before[name] != value}
    return {
        "updated_fields": list(changed),
        "updates": {name: {"from": before[name], "to": value} for name, value in changed.items()},
    }


def _word(status: str) -> str:
    return status.lower().replace("_", "-")
