"""Services that look after runs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from prefect.schemas.events import Event
from prefect.schemas.resources import Resource
from prefect.schemas.states import StateCreate, StateDetails, StateType
from prefect.schemas.task_runs import TaskRunCreate
from prefect.server.services.cancellation_cleanup import CANCELLATION_CLEANUP
from prefect.server.services.heartbeat_watch import HEARTBEAT_WATCH
from prefect.server.services.late_runs import LATE_RUNS
from prefect.server.services.pause_expirations import PAUSE_EXPIRATIONS
from prefect.store.events import create_events
from prefect.store.task_run_reading import read_task_run
from prefect.store.task_runs import create_task_run
from tests.unit.server.services.conftest import World

SECOND = timedelta(seconds=1)


async def test_a_run_is_late_after_its_time_and_the_margin(world: World) -> None:
    """A run that did not begin is late when the margin is over, not before, and that is told once."""
    run = world.flow_run(due=timedelta(minutes=1))
    world.clock.advance(60 + 14)
    await world.look(LATE_RUNS)
    assert world.state(run) == "Scheduled"
    world.clock.advance(1)
    for _ in range(2):
        await world.look(LATE_RUNS)
    assert world.state(run) == "Late"
    assert world.events("prefect.flow-run.Late") == 1


async def test_a_late_run_keeps_its_time(world: World) -> None:
    """Workers still see when a late run should have begun."""
    run = world.flow_run()
    due = world.run(run).next_scheduled_start_time
    world.clock.advance(3600)
    await world.look(LATE_RUNS)
    assert world.run(run).next_scheduled_start_time == due
    assert world.run(run).expected_start_time == due


async def test_many_late_runs_are_marked(world: World) -> None:
    """More runs than fit into a batch are all marked in one look."""
    runs = [world.flow_run() for _ in range(120)]
    world.clock.advance(60)
    await world.look(LATE_RUNS)
    assert {world.state(run) for run in runs} == {"Late"}


@pytest.mark.parametrize("kind", [StateType.PENDING, StateType.RUNNING, StateType.CANCELLED])
async def test_runs_that_have_begun_or_ended_are_not_late(world: World, kind: StateType) -> None:
    """Only what waits for its time can be late."""
    run = world.flow_run()
    world.enter(run, kind)
    before = world.state(run)
    world.clock.advance(3600)
    await world.look(LATE_RUNS)
    assert world.state(run) == before


async def test_a_pause_ends_in_failure(world: World) -> None:
    """A run that is not resumed in time fails; one with time left, or without an end, stays paused."""
    over, open_, endless = (world.flow_run(StateType.RUNNING) for _ in range(3))
    world.enter(over, StateType.PAUSED, state_details=StateDetails(pause_timeout=world.now + 10 * SECOND))
    world.enter(open_, StateType.PAUSED, state_details=StateDetails(pause_timeout=world.now + 60 * SECOND))
    world.enter(endless, StateType.PAUSED)
    world.clock.advance(10)
    await world.look(PAUSE_EXPIRATIONS)
    assert [world.state(run) for run in (over, open_, endless)] == ["Failed", "Paused", "Paused"]
    state = world.run(over).state
    assert state is not None
    assert state.message == "The flow run was paused and not resumed in time."


def task_run_of(world: World, flow_run_id: UUID) -> UUID:
    """Create a task run that is running in a flow run."""
    wanted = TaskRunCreate(
        flow_run_id=flow_run_id,
        task_key="a.task",
        dynamic_key=str(uuid4()),
        state=StateCreate(type=StateType.RUNNING),
    )
    return world.write(lambda: create_task_run(wanted)).id


async def test_children_of_a_cancelled_run_are_cancelled(world: World) -> None:
    """Task runs and subflow runs do not go on for ever when their flow run was cancelled."""
    parent, other = world.flow_run(StateType.RUNNING), world.flow_run(StateType.RUNNING)
    task_run, spared = task_run_of(world, parent), task_run_of(world, other)
    subflow = world.flow_run(StateType.RUNNING, parent_task_run_id=task_run)
    world.enter(parent, StateType.CANCELLED)
    await world.look(CANCELLATION_CLEANUP)
    assert world.read(lambda: read_task_run(task_run)).state_name == "Cancelled"
    assert world.state(subflow) == "Cancelled"
    assert world.read(lambda: read_task_run(spared)).state_name == "Running"


async def test_a_run_that_hangs_in_cancelling_is_cancelled(world: World) -> None:
    """When no process ends a run that is being cancelled, the server does after five minutes."""
    run = world.flow_run(StateType.RUNNING)
    world.enter(run, StateType.CANCELLING)
    world.clock.advance(299)
    await world.look(CANCELLATION_CLEANUP)
    assert world.state(run) == "Cancelling"
    world.clock.advance(2)
    await world.look(CANCELLATION_CLEANUP)
    assert world.state(run) == "Cancelled"


def beat(world: World, flow_run_id: UUID) -> None:
    """Let the process of a run say that it lives."""
    event = Event(
        event="prefect.flow-run.heartbeat",
        resource=Resource({"prefect.resource.id": f"prefect.flow-run.{flow_run_id}"}),
    )
    world.write(lambda: create_events([event]))


async def test_a_run_whose_process_falls_silent_has_crashed(world: World) -> None:
    """Three missed heartbeats, each three minutes apart, are the end of a run."""
    run = world.flow_run(StateType.RUNNING)
    beat(world, run)
    world.clock.advance(3 * 180)
    await world.look(HEARTBEAT_WATCH)
    assert world.state(run) == "Running"
    world.clock.advance(1)
    await world.look(HEARTBEAT_WATCH)
    assert world.state(run) == "Crashed"


async def test_a_run_is_given_the_time_that_its_own_heartbeats_take(world: World) -> None:
    """A process whose heartbeats are ten minutes apart may miss three of them."""
    run = world.flow_run(StateType.RUNNING)
    beat(world, run)
    world.clock.advance(600)
    beat(world, run)
    world.clock.advance(1800)
    await world.look(HEARTBEAT_WATCH)
    assert world.state(run) == "Running"
    world.clock.advance(1)
    await world.look(HEARTBEAT_WATCH)
    assert world.state(run) == "Crashed"


async def test_runs_without_heartbeats_are_left_alone(world: World) -> None:
    """A process that never sent a heartbeat cannot fall silent, and an attempt that just began has its time."""
    silent, again = world.flow_run(StateType.RUNNING), world.flow_run(StateType.RUNNING)
    beat(world, again)
    world.clock.advance(7200)
    world.enter(again, StateType.RUNNING)
    await world.look(HEARTBEAT_WATCH)
    assert [world.state(silent), world.state(again)] == ["Running", "Running"]
