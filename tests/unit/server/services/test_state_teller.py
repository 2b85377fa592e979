"""The service that tells of flow runs which processes recorded by themselves."""

from __future__ import annotations

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import State, StateType
from prefect.server.services.state_teller import STATE_TELLER
from prefect.store.flow_run_creation import add_flow_run
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flows import create_flow
from tests.unit.server.services.conftest import World


async def test_runs_of_this_machine_are_told_of(world: World) -> None:
    """Each state that a process recorded without its event is told of once."""
    flow = world.write(lambda: create_flow(FlowCreate(name="load")))
    pending: State = State(type=StateType.PENDING)
    run = world.write(lambda: add_flow_run(FlowRun(flow_id=flow.id), pending, told=False))
    running: State = State(type=StateType.RUNNING)
    world.write(lambda: propose_flow_run_state(run.id, running, told=False))
    assert world.events("prefect.flow-run.Running") == 0
    for _ in range(2):
        await world.look(STATE_TELLER)
    assert world.events("prefect.flow-run.Pending") == 1
    assert world.events("prefect.flow-run.Running") == 1


async def test_what_was_told_at_once_is_not_told_again(world: World) -> None:
    """Runs that the server itself made have their events already."""
    world.flow_run()
    await world.look(STATE_TELLER)
    assert world.events("prefect.flow-run.Scheduled") == 1
