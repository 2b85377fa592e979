"""What is told of deployments: events, stored along with what they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from prefect._ids import uuid7
from prefect.schemas.resources import ID, NAME, ROLE
from prefect.store.event_rows import EventRow, insert_events
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.work_pool_events import POOL_TYPE

_AT_ONCE = 200


def tell_deployment(
    deployment_id: str, what: str, moment: datetime, payload: Mapping[str, Any] | None = None
) -> Transaction[None]:
    """Tell what happened to a deployment: created, updated, or deleted, of which it is told before."""
    yield from tell_deployments([deployment_id], what, moment, payload)


def tell_deployments(
    ids: Sequence[str], what: str, moment: datetime, payload: Mapping[str, Any] | None = None
) -> Transaction[None]:
    """Tell what happened to deployments, in their order."""
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = yield Statement(
            "SELECT deployment.id AS id, deployment.name AS name, deployment.concurrency_limit_id AS limit_id, "
            "flow.id AS flow_id, flow.name AS flow, work_queue.id AS queue_id, work_queue.name AS queue, "
            "work_pool.id AS pool_id, work_pool.name AS pool, work_pool.type AS pool_type FROM deployment "
            "LEFT JOIN flow ON flow.id = deployment.flow_id "
            "LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id "
            "LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id "
            f"WHERE deployment.id IN ({', '.join('?' * len(some))}) ORDER BY deployment.id",
            some,
        )
        yield from insert_events(
            EventRow(
                uuid7(),
                moment,
                f"prefect.deployment.{what}",
                {ID: f"prefect.deployment.{row['id']}", NAME: row["name"]},
                _related(row),
                payload or {},
            )
            for row in rows
        )


def _related(row: Row) -> list[dict[str, str]]:
    related: list[dict[str, str]] = []
    if row["flow_id"]:
        related.append({ID: f"prefect.flow.{row['flow_id']}", NAME: row["flow"], ROLE: "flow"})
    if row["queue_id"]:
        related.append({ID: f"prefect.work-queue.{row['queue_id']}", NAME: row["queue"], ROLE: "work-queue"})
    if row["pool_id"]:
        labels = {ID: f"prefect.work-pool.{row['pool_id']}", NAME: row["pool"]}
        related.append({**labels, POOL_TYPE: row["pool_type"], ROLE: "work-pool"})
    if row["limit_id"]:
        related.append({ID: f"prefect.concurrency-limit.{row['limit_id']}", ROLE: "concurrency-limit"})
    return related
