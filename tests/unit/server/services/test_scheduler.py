"""The scheduler makes the runs of deployments ahead of time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from prefect.schemas.deployments import DeploymentCreate, DeploymentScheduleCreate
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import FlowCreate
from prefect.schemas.schedules import IntervalSchedule
from prefect.schemas.states import StateType
from prefect.server.services.scheduler import RECENT_DEPLOYMENTS, SCHEDULER
from prefect.server.services.service import Service
from prefect.store.deployment_scheduling import schedule_runs
from prefect.store.deployments import create_deployment, pause_deployment
from prefect.store.flow_runs import read_flow_runs
from prefect.store.flows import create_flow
from prefect.store.scheduled_dates import Horizon
from prefect.testing.clock import hold_clock
from tests.unit.server.services.conftest import START, World


def deploy(world: World, name: str = "every ten minutes", **values: Any) -> UUID:
    """Create a deployment that runs every ten minutes."""
    flow = world.write(lambda: create_flow(FlowCreate(name="a flow")))
    schedule = IntervalSchedule(interval=timedelta(minutes=10), anchor_date=START)
    wanted = DeploymentCreate(
        name=name, flow_id=flow.id, schedules=[DeploymentScheduleCreate(schedule=schedule)], **values
    )
    return world.write(lambda: create_deployment(wanted)).id


def runs(world: World) -> list[FlowRun]:
    """Return all flow runs in the order of their time."""
    found = world.read(lambda: read_flow_runs(limit=200))
    return sorted(found, key=lambda run: (run.next_scheduled_start_time or START, run.id))


@pytest.mark.parametrize("service", [SCHEDULER, RECENT_DEPLOYMENTS])
async def test_runs_are_made_for_an_hour_ahead(world: World, service: Service) -> None:
    """There is a run for each date of the next hour, once, however often it is looked."""
    deployment = deploy(world)
    for _ in range(2):
        await world.look(service)
    made = runs(world)
    assert [run.next_scheduled_start_time for run in made] == [
        START + timedelta(minutes=10 * number) for number in range(len(made))
    ]
    assert len(made) == 7
    assert {(run.deployment_id, run.auto_scheduled, run.state_type) for run in made} == {
        (deployment, True, StateType.SCHEDULED)
    }
    assert world.events("prefect.flow-run.Scheduled") == 7


async def test_new_runs_follow_as_time_goes_by(world: World) -> None:
    """An hour later there are the runs of the hour after that."""
    deploy(world)
    await world.look(SCHEDULER)
    world.clock.advance(3600)
    await world.look(SCHEDULER)
    assert len(runs(world)) == 13


async def test_a_deployment_that_is_paused_gets_no_runs(world: World) -> None:
    """Neither a paused deployment nor one without schedules is given runs."""
    deployment = deploy(world)
    world.write(lambda: pause_deployment(deployment))
    await world.look(SCHEDULER)
    assert runs(world) == []


async def test_only_what_changed_lately_is_looked_at_often(world: World) -> None:
    """The quick loop leaves deployments alone that have not changed for long."""
    deploy(world)
    world.clock.advance(300)
    await world.look(RECENT_DEPLOYMENTS)
    assert runs(world) == []


async def test_more_deployments_than_a_batch_are_scheduled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All deployments get their runs, however few are looked at together."""
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE", "2")
    made = {deploy(world, f"number {number}") for number in range(5)}
    await world.look(SCHEDULER)
    assert {run.deployment_id for run in runs(world)} == made


@pytest.mark.needs("postgres")
def test_two_schedulers_make_each_run_once(postgres_url: str) -> None:
    """Servers that share a database and look at the same moment make one run for a date between them."""
    with hold_clock(START) as clock:
        world, other = World(postgres_url, clock), World(postgres_url, clock)
        ids = [str(deploy(world, f"number {number}")) for number in range(5)]
        clock.advance(1)
        horizon = Horizon.of_settings(clock.now())
        for one in [
            each.database.write(lambda: schedule_runs(ids, horizon))
            for _ in range(4)
            for each in (world, other)
        ]:
            one.result()
        made = runs(world)
        assert len(made) == len({run.idempotency_key for run in made}) == 5 * 6
        world.database.close()
        other.database.close()
