"""Dates of schedules that passed while nobody was there to start their runs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from prefect.schemas.deployments import DeploymentCreate, DeploymentScheduleUpdate
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import State, StateType
from prefect.server.services.late_runs import LATE_RUNS
from prefect.server.services.scheduler import SCHEDULER
from prefect.store.deployment_schedules import read_deployment_schedules, update_deployment_schedule
from prefect.store.deployments import create_deployment, pause_deployment, resume_deployment
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import read_flow_runs
from prefect.store.flows import create_flow
from tests.unit.server.services.conftest import START, World

HOUR = timedelta(hours=1)


def deploy(world: World, **schedule: Any) -> UUID:
    """Create a deployment that runs every ten minutes."""
    flow = world.write(lambda: create_flow(FlowCreate(name="a flow")))
    dates = {"interval": 600, "anchor_date": START.isoformat()}
    body = {"name": "d", "flow_id": flow.id, "schedules": [{"schedule": dates, **schedule}]}
    return world.write(lambda: create_deployment(DeploymentCreate.model_validate(body))).id


async def look(world: World) -> None:
    """Let the services look as they do after an outage."""
    for service in (SCHEDULER, LATE_RUNS):
        await world.look(service)


def runs_of(world: World, deployment: UUID) -> list[FlowRun]:
    """Return the runs of a deployment in the order of their time."""
    wanted = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
    found = world.read(lambda: read_flow_runs(flow_runs=wanted, limit=200))
    return sorted(found, key=lambda run: (run.expected_start_time or START, run.id))


def due(world: World, deployment: UUID) -> list[datetime | None]:
    """Return the dates that have passed whose runs are still to begin."""
    return [
        run.expected_start_time
        for run in runs_of(world, deployment)
        if run.state_type is StateType.SCHEDULED and (run.expected_start_time or START) <= world.now
    ]


def dates(first: float, last: float) -> list[datetime]:
    """Return the dates between two hours after the start, both meant too."""
    return [START + timedelta(minutes=10 * number) for number in range(int(first * 6), int(last * 6) + 1)]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({}, dates(0, 1) + dates(3, 3)),  # those that were made ahead of time, and that of now
        ({"catch_up": "all"}, dates(0, 3)),
        ({"catch_up": "all", "max_lateness": 3600}, dates(2, 3)),
        ({"catch_up": "latest"}, dates(3, 3)),
        ({"catch_up": "none"}, dates(3, 3)),  # it is exactly this time now
        ({"max_lateness": 9000}, dates(0.5, 1) + dates(3, 3)),
    ],
)
async def test_after_three_hours_away(
    world: World, schedule: dict[str, Any], expected: list[datetime]
) -> None:
    """Runs begin for the dates that the schedule wants to be made up for, once, however often is looked."""
    deployment = deploy(world, **schedule)
    await look(world)
    world.clock.advance(3 * 3600)
    for _ in range(2):
        await look(world)
    assert due(world, deployment) == expected
    assert all(
        number == 1 for number in Counter(run.idempotency_key for run in runs_of(world, deployment)).values()
    )


async def test_a_run_that_is_not_made_up_for_tells_why(world: World) -> None:
    """A run that was there stays, cancelled as skipped, with the reason."""
    deployment = deploy(world, catch_up="latest")
    await look(world)
    world.clock.advance(3 * 3600)
    await look(world)
    state = runs_of(world, deployment)[0].state
    assert state is not None
    assert (state.type, state.name) == (StateType.CANCELLED, "Skipped")
    assert "A later run of its schedule is due as well" in (state.message or "")
    assert world.events("prefect.flow-run.Skipped") == 7


async def test_a_run_that_is_skipped_cannot_be_claimed_before_it_is_marked(world: World) -> None:
    """A worker that comes back before the server has looked around starts the latest run only."""
    deployment = deploy(world, catch_up="latest")
    await world.look(SCHEDULER)
    world.clock.advance(1200)
    oldest, *_, latest = (run.id for run in runs_of(world, deployment)[:3])
    for run in (oldest, latest):
        world.write(lambda run=run: propose_flow_run_state(run, State(type=StateType.PENDING)))
    assert [world.state(oldest), world.state(latest)] == ["Skipped", "Pending"]


async def test_dates_of_a_pause_are_not_made_up_for(world: World) -> None:
    """Neither those of a paused deployment nor those of a schedule that was not active."""
    deployment = deploy(world, catch_up="all")
    await look(world)
    world.write(lambda: pause_deployment(deployment))
    world.clock.advance(7200)
    world.write(lambda: resume_deployment(deployment))
    await look(world)
    assert due(world, deployment) == dates(0, 0) + dates(2, 2)
    (schedule,) = world.read(lambda: read_deployment_schedules(deployment))
    for active in (False, True):
        change = DeploymentScheduleUpdate(active=active)
        world.write(lambda change=change: update_deployment_schedule(deployment, schedule.id, change))
        world.clock.advance(3600)
    await look(world)
    assert due(world, deployment) == dates(0, 0) + dates(2, 2) + dates(3, 4)


async def test_a_change_after_an_outage_loses_no_date(world: World) -> None:
    """Runs ahead of time that a change deletes are made again, also when the server was away in between."""
    deployment = deploy(world, catch_up="all")
    await look(world)
    change = DeploymentCreate(name="d", flow_id=runs_of(world, deployment)[0].flow_id, tags=["new"])
    world.write(lambda: create_deployment(change))
    world.clock.advance(2 * 3600)
    await look(world)
    assert due(world, deployment) == dates(0, 2)
