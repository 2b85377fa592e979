"""Runs whose process has fallen silent are ended, and no others."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from prefect.schemas.deployments import DeploymentCreate, DeploymentFlowRunCreate
from prefect.schemas.flow_run_claims import ClaimRenewal, ClaimStanding, FlowRunClaimCreate
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import State, StateType
from prefect.server.services import claim_watch
from prefect.server.services.claim_watch import AWAY_SECONDS, CLAIM_WATCH, LATE_SECONDS, LOOK_SECONDS
from prefect.server.services.service import Surveyor
from prefect.settings import get_current_settings
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.deployments import create_deployment
from prefect.store.flow_run_claims import claim_flow_run, renew_claims
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flows import create_flow
from prefect.store.lapsed_claims import MOST_RETURNS
from tests.unit.server.services.conftest import World

LEASE = 15.0
PENDING, RUNNING = StateType.PENDING, StateType.RUNNING


class Server:
    """The watch of one server, whose clock goes with that of the world."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.surveyor = Surveyor(world.database, get_current_settings())
        self.counted = 0.0
        monkeypatch.setattr(claim_watch.time, "monotonic", lambda: self.counted)

    async def look(self, *, times: int = 1) -> None:
        """Look so many times, with the usual rests between."""
        for _ in range(times):
            await CLAIM_WATCH.look(self.surveyor)
            self.counted += LOOK_SECONDS
            self.world.clock.advance(LOOK_SECONDS)

    async def look_until_lapsed(self) -> None:
        """Look until a lease that begins now has lapsed for certain."""
        await self.look(times=int(LEASE / LOOK_SECONDS) + 2)

    def deployed(self, **fields: Any) -> UUID:
        """Return the id of a new run of a deployment."""
        flow = self.world.write(lambda: create_flow(FlowCreate(name="a flow")))
        wanted = DeploymentCreate(name="a deployment", flow_id=flow.id, **fields)
        deployment = self.world.write(lambda: create_deployment(wanted))
        run = DeploymentFlowRunCreate()
        return self.world.write(lambda: create_flow_run_from_deployment(deployment.id, run)).id

    def claim(self, id_: UUID) -> int:
        """Claim a run, and return the number of the claim."""
        wanted = FlowRunClaimCreate(owner="worker", lease_seconds=LEASE)
        result = self.world.write(lambda: claim_flow_run(id_, wanted))
        assert result.claim is not None
        return result.claim.fence

    def renew(self, id_: UUID, fence: int) -> ClaimStanding:
        """Renew a claim."""
        wanted = ClaimRenewal(flow_run_id=id_, fence=fence, lease_seconds=LEASE)
        return self.world.write(lambda: renew_claims([wanted], "worker"))[0]


@pytest.fixture
def server(world: World, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server on the database of the world."""
    return Server(world, monkeypatch)


async def test_a_silent_run_has_crashed(world: World, server: Server) -> None:
    """Its lease is over, so it crashed and says who fell silent; its process can do nothing any more."""
    run = server.deployed()
    fence = server.claim(run)
    world.enter(run, RUNNING)
    await server.look_until_lapsed()
    ended = world.run(run)
    assert ended.state is not None
    assert ended.state_type is StateType.CRASHED
    assert ended.state.message == "worker executed the run and was not heard of for 15 seconds."
    assert not server.renew(run, fence).is_held
    assert world.events("prefect.flow-run.Crashed") == 1


async def test_a_run_that_is_heard_of_goes_on(world: World, server: Server) -> None:
    """However long it runs."""
    run = server.deployed()
    fence = server.claim(run)
    world.enter(run, RUNNING)
    for _ in range(10):
        await server.look(times=2)
        assert server.renew(run, fence).is_held
    assert world.state(run) == "Running"


async def test_a_run_that_had_not_begun_is_given_to_others(world: World, server: Server) -> None:
    """A few times; a run that nobody gets to begin has crashed in the end."""
    run = server.deployed()
    await server.look()
    for _ in range(MOST_RETURNS):
        server.claim(run)
        await server.look_until_lapsed()
        assert world.state(run) == "Scheduled"
    server.claim(run)
    await server.look_until_lapsed()
    assert world.state(run) == "Crashed"


async def test_beginning_ends_the_count_of_returns(world: World, server: Server) -> None:
    """Only returns in a row count."""
    run = server.deployed(infrastructure_retries=9)
    await server.look()
    for _ in range(2):
        for _ in range(MOST_RETURNS):
            server.claim(run)
            await server.look_until_lapsed()
        server.claim(run)
        world.enter(run, RUNNING)
        await server.look_until_lapsed()
        assert world.state(run) == "AwaitingInfrastructureRetry"


async def test_a_run_that_was_being_cancelled_is_cancelled(world: World, server: Server) -> None:
    """There is nobody left to end it."""
    run = server.deployed()
    server.claim(run)
    world.enter(run, StateType.CANCELLING)
    await server.look_until_lapsed()
    assert world.state(run) == "Cancelled"


async def test_a_run_that_waits_for_a_retry_in_its_process(world: World, server: Server) -> None:
    """When its process is gone, a run of a deployment is started by another; one without has crashed."""
    deployed, direct = server.deployed(), world.flow_run(PENDING)
    server.claim(deployed)
    renewal = ClaimRenewal(flow_run_id=direct, lease_seconds=LEASE)
    world.write(lambda: renew_claims([renewal], "script"))
    for run in (deployed, direct):
        world.enter(run, RUNNING)
        world.enter(run, StateType.SCHEDULED, name="AwaitingRetry")
    await server.look_until_lapsed()
    assert (world.state(deployed), world.state(direct)) == ("AwaitingRetry", "Crashed")
    assert server.claim(deployed)


async def test_a_suspended_run_needs_no_process(world: World, server: Server) -> None:
    """It stays suspended; a paused one, whose process waits, has crashed with it."""
    suspended, paused = server.deployed(), server.deployed()
    for run, leaves in ((suspended, True), (paused, False)):
        server.claim(run)
        details = {"pause_reschedule": leaves, "pause_timeout": world.now + timedelta(hours=1)}
        state: State[Any] = State(type=StateType.PAUSED, state_details=details)  # pyright: ignore[reportArgumentType]
        world.write(lambda run=run, state=state: propose_flow_run_state(run, state, force=True))
    await server.look_until_lapsed()
    assert (world.state(suspended), world.state(paused)) == ("Paused", "Crashed")


async def test_an_ended_run_is_left_as_it_is(world: World, server: Server) -> None:
    """Who executed it may still hand over the last lines of its log."""
    run = server.deployed()
    fence = server.claim(run)
    world.enter(run, StateType.COMPLETED)
    await server.look_until_lapsed()
    assert world.state(run) == "Completed"
    assert not server.renew(run, fence).is_held


async def test_after_the_server_was_away_everybody_has_time_to_come_back(
    world: World, server: Server
) -> None:
    """No run is ended for the time in which nobody could renew a claim; one that stays silent ends a lease later."""
    run = server.deployed()
    fence = server.claim(run)
    world.enter(run, RUNNING)
    await server.look()
    world.clock.advance(3600)  # asleep: the clock that nobody sets stands still
    await server.look()
    assert world.state(run) == "Running"
    assert server.renew(run, fence).is_held
    world.clock.advance(AWAY_SECONDS)
    server.counted += AWAY_SECONDS  # stopped
    await server.look(times=int(LEASE / LOOK_SECONDS) - 1)
    assert world.state(run) == "Running"
    await server.look(times=3)
    assert world.state(run) == "Crashed"


async def test_a_server_that_is_always_late_still_notices(world: World, server: Server) -> None:
    """Who renews between its looks goes on, however late they are; who is gone is noticed all the same."""
    silent, there = server.deployed(), server.deployed()
    server.claim(silent)
    fence = server.claim(there)
    for run in (silent, there):
        world.enter(run, RUNNING)
    looks = 0
    await server.look()
    while world.state(silent) == "Running":
        world.clock.advance(LATE_SECONDS)
        server.counted += LATE_SECONDS
        await server.look()
        assert server.renew(there, fence).is_held
        looks += 1
        assert looks < 10
    assert world.state(there) == "Running"


async def test_a_server_that_starts_gives_everybody_time(world: World, server: Server) -> None:
    """Whoever lost the old server renews its claim with the new one."""
    run = server.deployed()
    fence = server.claim(run)
    world.enter(run, RUNNING)
    world.clock.advance(LEASE * 10)
    await server.look()
    assert server.renew(run, fence).is_held


async def test_several_servers_end_a_run_once(world: World, server: Server) -> None:
    """Whoever of them looks first; nothing is told twice."""
    other = Surveyor(world.database, get_current_settings())
    runs = [server.deployed() for _ in range(8)]
    for run in runs:
        server.claim(run)
        world.enter(run, RUNNING)
    for _ in range(int(LEASE / LOOK_SECONDS) + 2):
        await asyncio.gather(CLAIM_WATCH.look(other), server.look())
    assert {world.state(run) for run in runs} == {"Crashed"}
    assert world.events("prefect.flow-run.Crashed") == len(runs)
