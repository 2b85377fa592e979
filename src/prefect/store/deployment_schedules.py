"""The schedules of deployments: added, read, changed and deleted, one by one or as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, RequestRefused
from prefect.schemas.deployments import (
    DeploymentSchedule,
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
)
from prefect.store.deployment_rows import (
    found_deployment,
    schedule_of,
    schedules_by_deployment,
    touch_deployment,
)
from prefect.store.operations import operation
from prefect.store.scheduled_runs import forget_runs_ahead
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.deployments import DEPLOYMENT_SCHEDULE


@operation("GET", "/deployments/{id}/schedules", reads=True)
def read_deployment_schedules(id: UUID) -> Transaction[list[DeploymentSchedule]]:
    """Return the schedules of a deployment, the newest first.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    row = yield from found_deployment(id)
    return (yield from schedules_by_deployment([row["id"]])).get(row["id"], [])


@operation("POST", "/deployments/{id}/schedules", status=201, body="schedules")
def create_deployment_schedules(
    id: UUID, schedules: list[DeploymentScheduleCreate]
) -> Transaction[list[DeploymentSchedule]]:
    """Add schedules to a deployment, and return them.

    Raises:
        ObjectNotFound: There is no such deployment.
        ObjectAlreadyExists: It has a schedule with one of the slugs.
    """
    moment = now()
    row = yield from found_deployment(id)
    added: list[DeploymentSchedule] = []
    for schedule in schedules:
        one = yield from insert_schedule(row["id"], schedule, moment)
        added.append(one)
    if added:
        yield touch_deployment(row["id"], moment)
    return added


@operation("PATCH", "/deployments/{id}/schedules/{schedule_id}", status=204)
def update_deployment_schedule(
    id: UUID, schedule_id: UUID, schedule: DeploymentScheduleUpdate
) -> Transaction[None]:
    """Change a schedule of a deployment. Runs that were made of it ahead of time are made anew.

    Raises:
        ObjectNotFound: There is no such deployment or schedule.
        ObjectAlreadyExists: The deployment has another schedule with the new slug.
    """
    moment = now()
    deployment = yield from found_deployment(id)
    row = yield from _found(id, schedule_id)
    yield from change_schedule(row, schedule, moment)
    yield from forget_runs_ahead(deployment, moment, row["id"])
    yield touch_deployment(deployment["id"], moment)


@operation("DELETE", "/deployments/{id}/schedules/{schedule_id}", status=204)
def delete_deployment_schedule(id: UUID, schedule_id: UUID) -> Transaction[None]:
    """Delete a schedule of a deployment, and the runs that were made of it ahead of time.

    Raises:
        ObjectNotFound: There is no such deployment or schedule.
    """
    moment = now()
    deployment = yield from found_deployment(id)
    row = yield from _found(id, schedule_id)
    yield Statement("DELETE FROM deployment_schedule WHERE id = ?", (row["id"],))
    yield from forget_runs_ahead(deployment, moment, row["id"])
    yield touch_deployment(deployment["id"], moment)


def insert_schedule(
    deployment_id: str, schedule: DeploymentScheduleCreate | DeploymentScheduleUpdate, moment: datetime
) -> Transaction[DeploymentSchedule]:
    """Add a schedule to a deployment.

    Raises:
        ObjectAlreadyExists: It has a schedule with this slug.
    """
    values = {
        **_values(schedule),
        "id": uuid7(),
        "created": moment,
        "updated": moment,
        "deployment_id": UUID(deployment_id),
        "active": True if schedule.active is None else schedule.active,
    }
    rows = yield Statement(f"{DEPLOYMENT_SCHEDULE.insert} RETURNING *", DEPLOYMENT_SCHEDULE.encode(values))
    if not rows:
        raise _slug_taken(schedule.slug)
    return schedule_of(rows[0])


def change_schedule(
    row: Row, schedule: DeploymentScheduleCreate | DeploymentScheduleUpdate, moment: datetime
) -> Transaction[None]:
    """Write what is set of a schedule.

    Raises:
        ObjectAlreadyExists: The deployment has another schedule with the new slug.
    """
    sent = _values(schedule)
    changes = {
        name: value
        for name, value in sent.items()
        if name in schedule.model_fields_set and not (name in {"active", "schedule"} and value is None)
    }
    if changes.get("slug") is not None:
        rows = yield Statement(
            "SELECT id FROM deployment_schedule WHERE deployment_id = ? AND slug = ? AND id <> ?",
            (row["deployment_id"], changes["slug"], row["id"]),
        )
        if rows:
            raise _slug_taken(changes["slug"])
    written = {**changes, "updated": moment}
    yield Statement(
        DEPLOYMENT_SCHEDULE.update(written),
        [*DEPLOYMENT_SCHEDULE.encode(written, tuple(written)), row["id"]],
    )


def replace_schedules(
    deployment: Row, schedules: Sequence[DeploymentScheduleCreate], moment: datetime
) -> Transaction[None]:
    """Give a deployment these schedules in place of those that it has.

    A schedule that it has already, with the same slug or the same dates, stays the one that it is, and so do the runs
    that were made of it if nothing about it changes.

    Raises:
        ObjectAlreadyExists: Two of them have the same slug.
    """
    present = yield from _all_of(deployment["id"])
    left = {row["id"]: row for row in present}
    new: list[DeploymentScheduleCreate] = []
    for schedule in schedules:
        row = _same(left.values(), schedule)
        if row is None:
            new.append(schedule)
            continue
        del left[row["id"]]
        if _differs(row, schedule):
            yield from change_schedule(row, schedule, moment)
            yield from forget_runs_ahead(deployment, moment, row["id"])
    for row in left.values():
        yield Statement("DELETE FROM deployment_schedule WHERE id = ?", (row["id"],))
        yield from forget_runs_ahead(deployment, moment, row["id"])
    for schedule in new:
        yield from insert_schedule(deployment["id"], schedule, moment)


def update_schedules(
    deployment: Row, schedules: Sequence[DeploymentScheduleUpdate], moment: datetime
) -> Transaction[None]:
    """Change those schedules of a deployment that the slugs name, add the others, and delete what is not named.

    Raises:
        RequestRefused: A schedule has no slug, so that it cannot be told which one is meant.
    """
    present = yield from _all_of(deployment["id"])
    if present and any(not schedule.slug for schedule in schedules):
        raise RequestRefused(
            "Please provide a slug for each schedule in your request to ensure schedules are updated correctly."
        )
    left = {row["slug"] or row["id"]: row for row in present}
    new: list[DeploymentScheduleUpdate] = []
    for schedule in schedules:
        row = left.pop(schedule.replaces or "", None) or left.pop(schedule.slug or "", None)
        if row is None:
            new.append(schedule)
            continue
        yield from change_schedule(row, schedule, moment)
        yield from forget_runs_ahead(deployment, moment, row["id"])
    for row in left.values():
        yield Statement("DELETE FROM deployment_schedule WHERE id = ?", (row["id"],))
        yield from forget_runs_ahead(deployment, moment, row["id"])
    for schedule in new:
        if schedule.schedule is None:
            raise RequestRefused(
                f"There is no schedule {schedule.slug!r} to update. Give its schedule to create it."
            )
        yield from insert_schedule(deployment["id"], schedule, moment)


def _same(rows: Iterable[Row], schedule: DeploymentScheduleCreate) -> Row | None:
    wanted = _values(schedule)
    for row in rows:
        if row["slug"] in {schedule.slug, schedule.replaces} - {None}:
            return row
        present = DEPLOYMENT_SCHEDULE.decode(row)
        unnamed = row["slug"] is None and schedule.slug is None
        if (
            unnamed
            and present["schedule"] == wanted["schedule"]
            and present["parameters"] == wanted["parameters"]
        ):
            return row
    return None


def _differs(row: Row, schedule: DeploymentScheduleCreate) -> bool:
    present = DEPLOYMENT_SCHEDULE.decode(row)
    return any(
        present[name] != value
        for name, value in _values(schedule).items()
        if name in schedule.model_fields_set
    )


def _values(schedule: DeploymentScheduleCreate | DeploymentScheduleUpdate) -> dict[str, Any]:
    dates = schedule.schedule
    return {
        "active": schedule.active,
        "schedule": None if dates is None else dates.model_dump(mode="json"),
        "max_scheduled_runs": schedule.max_scheduled_runs,
        "parameters": schedule.parameters or {},
        "slug": schedule.slug,
    }


def _all_of(deployment_id: str) -> Transaction[list[Row]]:
    return (
        yield Statement(
            "SELECT * FROM deployment_schedule WHERE deployment_id = ? ORDER BY created, id", (deployment_id,)
        )
    )


def _found(id: UUID, schedule_id: UUID) -> Transaction[Row]:
    rows = yield Statement(
        "SELECT * FROM deployment_schedule WHERE id = ? AND deployment_id = ?", (str(schedule_id), str(id))
    )
    if not rows:
        raise ObjectNotFound(
            KeyError(schedule_id),
            f"There is no schedule {schedule_id} of a deployment {id}. It may have been deleted.",
        )
    return rows[0]


def _slug_taken(slug: str | None) -> ObjectAlreadyExists:
    return ObjectAlreadyExists(
        KeyError(slug), f"The deployment has a schedule {slug!r} already. Choose another slug, or update it."
    )
