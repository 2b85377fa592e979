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
from prefect.store.columns import timestamp_text
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
        "made_until": moment,
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
    # Dates that passed before, while it was paused for example, are not made up for.
    written = {**changes, "updated": moment, "made_until": moment}
    yield Statement(
        DEPLOYMENT_SCHEDULE.update(written),
        [*DEPLOYMENT_SCHEDULE.encode(written, tuple(written)), row["id"]],
    )


def make_no_runs_before(deployment_id: str, moment: datetime) -> Transaction[None]:
    """Do not make up for dates of a deployment's schedules that passed before a moment: it was paused."""
    yield Statement(
        "UPDATE deployment_schedule SET made_until = ? WHERE deployment_id = ?",
        (timestamp_text(moment), deployment_id),
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
    """Change those schedules of a deployment that the slugs name, and add the others.

    Where there are schedules without slugs, nobody can say which one is meant: then these take the place of all.

    Raises:
        RequestRefused: A schedule has no slug, though all that are there have.
        ObjectAlreadyExists: Two of them have the same slug.
    """
    present = {row["slug"]: row for row in (yield from _all_of(deployment["id"]))}
    if not present or None in present:
        told = [schedule.model_dump(exclude_unset=True) for schedule in schedules]
        if any("schedule" not in words for words in told):
            raise RequestRefused("There is no such schedule to update. Give its schedule to create it.")
        wanted = [DeploymentScheduleCreate.model_validate(words) for words in told]
        yield from replace_schedules(deployment, wanted, moment)
        return
    for schedule in schedules:
        if not schedule.slug:
            raise RequestRefused(
                "Please provide a slug for each schedule in your request to ensure schedules are updated correctly."
            )
        row = present.pop(schedule.replaces or schedule.slug, None)
        if row is not None:
            yield from change_schedule(row, schedule, moment)
            yield from forget_runs_ahead(deployment, moment, row["id"])
        elif schedule.schedule is not None:
            yield from insert_schedule(deployment["id"], schedule, moment)
        else:
            raise RequestRefused(
                f"There is no schedule {schedule.slug!r} to update. Give its schedule to create it."
            )


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
        "catch_up": schedule.catch_up,
        "max_lateness": schedule.max_lateness,
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
