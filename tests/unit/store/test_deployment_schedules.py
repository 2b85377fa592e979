"""Schedules of deployments: added, changed, replaced, deleted."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, RequestRefused
from prefect.schemas.deployments import (
    DeploymentResponse,
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    DeploymentUpdate,
)
from prefect.store.deployment_schedules import (
    create_deployment_schedules,
    delete_deployment_schedule,
    read_deployment_schedules,
    update_deployment_schedule,
)
from prefect.store.deployment_scheduling import schedule_deployment
from prefect.store.deployments import update_deployment
from tests.unit.store.deploying import HOURLY, deploy, runs_of
from tests.unit.store.runs import perform

DAILY = {"schedule": {"cron": "0 9 * * *", "timezone": "Europe/Berlin"}, "slug": "daily"}


def add(deployment: DeploymentResponse, *schedules: dict[str, Any]) -> Any:
    """Add schedules to a deployment."""
    bodies = [DeploymentScheduleCreate.model_validate(each) for each in schedules]
    return perform(create_deployment_schedules, deployment.id, bodies)


def slugs(deployment: DeploymentResponse) -> list[str | None]:
    """Return the slugs of the schedules of a deployment, the newest first."""
    return [schedule.slug for schedule in perform(read_deployment_schedules, deployment.id)]


def test_schedules_are_added_one_by_one() -> None:
    """A deployment has as many schedules as it wants; those with slugs are told apart by them."""
    made = deploy()
    (daily,) = add(made, DAILY)
    assert (daily.slug, daily.schedule.cron, daily.schedule.timezone) == (
        "daily",
        "0 9 * * *",
        "Europe/Berlin",
    )
    add(made, HOURLY, {"schedule": {"rrule": "FREQ=DAILY"}}, {"schedule": {"rrule": "FREQ=DAILY"}})
    assert slugs(made) == [None, None, "hourly", "daily"]
    assert add(made) == []
    with pytest.raises(ObjectAlreadyExists, match="'daily' already"):
        add(made, DAILY)
    with pytest.raises(ObjectNotFound, match="no deployment"):
        perform(read_deployment_schedules, uuid4())


def test_a_rule_is_stored_with_when_it_begins() -> None:
    """A rule means the same wherever it is read, so it says from when it counts."""
    (added,) = add(deploy(), {"schedule": {"rrule": "FREQ=DAILY"}})
    assert added.schedule.rrule == "DTSTART:20200101T000000\nFREQ=DAILY"


def test_so_many_runs_ahead_and_not_more() -> None:
    """More runs ahead of time than the server allows cannot be asked for."""
    with pytest.raises(ValidationError, match="less than or equal to 50"):
        DeploymentScheduleCreate.model_validate({**HOURLY, "max_scheduled_runs": 51})


def test_a_schedule_is_changed_in_place() -> None:
    """Only what is set is changed, and the runs that it made ahead of time go."""
    made = deploy(schedules=[HOURLY, DAILY])
    perform(schedule_deployment, made.id)
    hourly = next(each for each in made.schedules if each.slug == "hourly")
    change = DeploymentScheduleUpdate(active=False)
    perform(update_deployment_schedule, made.id, hourly.id, change)
    after = {each.slug: each for each in perform(read_deployment_schedules, made.id)}
    assert (after["hourly"].active, after["hourly"].schedule) == (False, hourly.schedule)
    assert {run.created_by.display_value for run in runs_of(made.id)} == {"daily"}
    with pytest.raises(ObjectAlreadyExists):
        perform(update_deployment_schedule, made.id, hourly.id, DeploymentScheduleUpdate(slug="daily"))
    with pytest.raises(ObjectNotFound, match="no schedule"):
        perform(update_deployment_schedule, made.id, uuid4(), change)


def test_a_deleted_schedule_takes_its_runs_ahead_with_it() -> None:
    """Those of the other schedules stay."""
    made = deploy(schedules=[HOURLY, DAILY])
    perform(schedule_deployment, made.id)
    hourly = next(each for each in made.schedules if each.slug == "hourly")
    perform(delete_deployment_schedule, made.id, hourly.id)
    assert slugs(made) == ["daily"]
    assert {run.created_by.display_value for run in runs_of(made.id)} == {"daily"}
    with pytest.raises(ObjectNotFound):
        perform(delete_deployment_schedule, made.id, hourly.id)


def test_deploying_again_replaces_schedules() -> None:
    """A schedule with the same slug, or the same dates, stays the one that it is; one that takes a place, too."""
    unnamed = {"schedule": {"cron": "0 0 * * *"}}
    made = deploy(schedules=[HOURLY, unnamed])
    ids = {each.slug: each.id for each in made.schedules}
    again = deploy(schedules=[unnamed, {**DAILY, "replaces": "hourly"}])
    assert {each.slug: each.id for each in again.schedules} == {None: ids[None], "daily": ids["hourly"]}
    assert deploy(schedules=[HOURLY]).schedules[0].id not in ids.values()


def test_an_update_changes_schedules_by_their_slugs() -> None:
    """Those that are named are changed, others are added, and those that are not named stay."""
    made = deploy(schedules=[HOURLY, DAILY])
    ids = {each.slug: each.id for each in made.schedules}

    def update(*schedules: dict[str, Any]) -> None:
        perform(update_deployment, made.id, DeploymentUpdate.model_validate({"schedules": schedules}))

    update({"slug": "hourly", "schedule": {"interval": 60}}, {"slug": "new", "schedule": {"interval": 5}})
    present = {each.slug: each for each in perform(read_deployment_schedules, made.id)}
    assert present.keys() == {"hourly", "daily", "new"}
    assert present["hourly"].id == ids["hourly"]
    assert present["hourly"].schedule.interval.total_seconds() == 60
    update({"slug": "newer", "replaces": "new", "schedule": {"interval": 7}})
    now = {each.slug: each.id for each in perform(read_deployment_schedules, made.id)}
    assert now == {"hourly": ids["hourly"], "daily": ids["daily"], "newer": present["new"].id}
    with pytest.raises(RequestRefused, match="provide a slug"):
        update({"schedule": {"interval": 60}})
    with pytest.raises(RequestRefused, match="no schedule 'x'"):
        update({"slug": "x", "active": True})
    update()
    assert sorted(slugs(made)) == ["daily", "hourly", "newer"]


def test_an_update_replaces_schedules_without_slugs() -> None:
    """Nobody can say which of them is meant, so those that are sent are all; one with the same dates stays as it is."""
    made = deploy(schedules=[{"schedule": {"cron": "1 * * * *"}}, {"schedule": {"cron": "2 * * * *"}}])
    kept = {each.schedule.cron: each.id for each in made.schedules}

    def update(*crons: str) -> dict[str, Any]:
        schedules = [{"schedule": {"cron": cron}} for cron in crons]
        perform(update_deployment, made.id, DeploymentUpdate.model_validate({"schedules": schedules}))
        return {each.schedule.cron: each.id for each in perform(read_deployment_schedules, made.id)}

    assert update("2 * * * *", "3 * * * *")["2 * * * *"] == kept["2 * * * *"]
    assert update() == {}
    assert update("4 * * * *").keys() == {"4 * * * *"}
