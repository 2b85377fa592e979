"""Rows of deployments as records, with what stands in other tables. Parts of transactions of several operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.concurrency_limits import GlobalConcurrencyLimitResponse
from prefect.schemas.deployments import DeploymentResponse, DeploymentSchedule
from prefect.schemas.schedules import stored_schedule
from prefect.store.concurrency_limits import limits_by_id
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.deployments import DEPLOYMENT, DEPLOYMENT_SCHEDULE

WITH_POOL = (
    "SELECT deployment.*, work_pool.id AS work_pool_id, work_pool.name AS work_pool_name FROM deployment "
    "LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id "
    "LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id"
)

_AT_ONCE = 500


def deployment_not_found(id: object) -> ObjectNotFound:
    """Return the error that there is no such deployment."""
    return ObjectNotFound(
        KeyError(id), f"There is no deployment {id}. `prefect deployment ls` lists those that there are."
    )


def found_deployment(id: UUID) -> Transaction[Row]:
    """Return the row of a deployment, with the name of its work pool.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    rows = yield Statement(f"{WITH_POOL} WHERE deployment.id = ?", (str(id),))
    if not rows:
        raise deployment_not_found(id)
    return rows[0]


def deployments_of(rows: Iterable[Row]) -> Transaction[list[DeploymentResponse]]:
    """Return deployments, of their rows with the names of their work pools."""
    rows = list(rows)
    schedules = yield from schedules_by_deployment([row["id"] for row in rows])
    limit_ids = [row["concurrency_limit_id"] for row in rows if row["concurrency_limit_id"]]
    limits = yield from limits_by_id(limit_ids, now())
    return [_deployment(row, schedules.get(row["id"], []), limits) for row in rows]


def _deployment(
    row: Row, schedules: list[DeploymentSchedule], limits: dict[str, GlobalConcurrencyLimitResponse]
) -> DeploymentResponse:
    values: dict[str, Any] = {
        name: value for name, value in DEPLOYMENT.decode(row).items() if value is not None
    }
    values["schedules"] = schedules
    values["work_pool_name"] = row["work_pool_name"]
    values["global_concurrency_limit"] = limits.get(row["concurrency_limit_id"] or "")
    return DeploymentResponse.model_validate(values)


def schedules_by_deployment(ids: Sequence[str]) -> Transaction[dict[str, list[DeploymentSchedule]]]:
    """Return the schedules of deployments by the ids of these, the newest first."""
    found: dict[str, list[DeploymentSchedule]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = yield Statement(
            f"SELECT * FROM deployment_schedule WHERE deployment_id IN ({', '.join('?' * len(some))}) "
            "ORDER BY deployment_id, created DESC, id DESC",
            some,
        )
        for row in rows:
            found.setdefault(row["deployment_id"], []).append(schedule_of(row))
    return found


def schedule_of(row: Row) -> DeploymentSchedule:
    """Return a schedule, of its row."""
    values = DEPLOYMENT_SCHEDULE.decode(row)
    values["parameters"] = values["parameters"] or {}
    values["schedule"] = stored_schedule(values["schedule"])
    return DeploymentSchedule.model_validate(values)


def touch_deployment(id: str, moment: datetime) -> Statement:
    """Return the statement that notes that a deployment was changed."""
    return Statement(
        "UPDATE deployment SET updated = ? WHERE id = ?",
        (*DEPLOYMENT.encode({"updated": moment}, ("updated",)), id),
    )
