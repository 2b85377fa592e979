"""The foreman marks who was not heard of in time."""

from __future__ import annotations

from prefect.schemas.deployments import DeploymentCreate
from prefect.schemas.flows import FlowCreate
from prefect.schemas.work_pools import WorkPoolCreate, WorkPoolUpdate
from prefect.server.services.foreman import FOREMAN
from prefect.store.deployments import create_deployment, read_deployment
from prefect.store.flows import create_flow
from prefect.store.scheduled_runs import get_scheduled_flow_runs
from prefect.store.work_pools import create_work_pool, read_work_pool, update_work_pool
from prefect.store.work_queues import read_work_queues_of_pool
from prefect.store.workers import read_workers, worker_heartbeat
from tests.unit.server.services.conftest import World


def pool_of(world: World, kind: str = "process") -> str:
    """Create a pool, and return its resource id."""
    pool = world.write(lambda: create_work_pool(WorkPoolCreate(name="pool", type=kind)))
    return f"prefect.work-pool.{pool.id}"


def statuses(world: World) -> tuple[str, str]:
    """Return the status of the worker and of the pool."""
    pool = world.read(lambda: read_work_pool("pool"))
    return str(world.read(lambda: read_workers("pool"))[0].status), str(pool.status)


async def test_a_silent_worker_is_offline_and_its_pool_not_ready(world: World) -> None:
    """After three missed heartbeats a worker is offline, and so is its pool when no other is there; both come back."""
    resource = pool_of(world)
    world.write(lambda: worker_heartbeat("pool", "w", 10))
    world.clock.advance(30)
    await world.look(FOREMAN)
    assert statuses(world) == ("ONLINE", "READY")
    world.clock.advance(1)
    for _ in range(2):
        await world.look(FOREMAN)
    assert statuses(world) == ("OFFLINE", "NOT_READY")
    world.write(lambda: worker_heartbeat("pool", "w", 10))
    assert statuses(world) == ("ONLINE", "READY")
    assert world.events("prefect.work-pool.ready", resource) == 2
    assert world.events("prefect.work-pool.not-ready", resource) == 2  # the first when it was created


async def test_a_pool_with_another_worker_stays_ready(world: World) -> None:
    """A pool is ready as long as one of its workers is heard of."""
    pool_of(world)
    world.write(lambda: worker_heartbeat("pool", "silent", 10))
    world.clock.advance(40)
    world.write(lambda: worker_heartbeat("pool", "heard", 10))
    await world.look(FOREMAN)
    assert {str(worker.status) for worker in world.read(lambda: read_workers("pool"))} == {
        "ONLINE",
        "OFFLINE",
    }
    assert str(world.read(lambda: read_work_pool("pool")).status) == "READY"


async def test_a_worker_that_does_not_say_has_thirty_seconds_between_heartbeats(world: World) -> None:
    """Without an interval of its own a worker may be silent for a minute and a half."""
    pool_of(world)
    world.write(lambda: worker_heartbeat("pool", "w"))
    world.clock.advance(90)
    await world.look(FOREMAN)
    assert statuses(world)[0] == "ONLINE"
    world.clock.advance(1)
    await world.look(FOREMAN)
    assert statuses(world)[0] == "OFFLINE"


async def test_a_paused_pool_stays_paused(world: World) -> None:
    """Whether a worker is there does not change that a pool is paused."""
    pool_of(world)
    world.write(lambda: worker_heartbeat("pool", "w", 10))
    world.write(lambda: update_work_pool("pool", WorkPoolUpdate(is_paused=True)))
    world.clock.advance(100)
    await world.look(FOREMAN)
    assert statuses(world) == ("OFFLINE", "PAUSED")


async def test_queues_and_deployments_that_nobody_looks_after_are_not_ready(world: World) -> None:
    """A minute after the last look for runs, the queue and its deployments are not ready, and that is told."""
    pool_of(world)
    flow = world.write(lambda: create_flow(FlowCreate(name="a flow")))
    wanted = DeploymentCreate(name="d", flow_id=flow.id, work_pool_name="pool")
    deployment = world.write(lambda: create_deployment(wanted))
    world.write(lambda: get_scheduled_flow_runs("pool"))

    def statuses_now() -> tuple[str, str]:
        queue = world.read(lambda: read_work_queues_of_pool("pool"))[0]
        return str(queue.status), str(world.read(lambda: read_deployment(deployment.id)).status)

    world.clock.advance(60)
    await world.look(FOREMAN)
    assert statuses_now() == ("READY", "READY")
    world.clock.advance(1)
    for _ in range(2):
        await world.look(FOREMAN)
    assert statuses_now() == ("NOT_READY", "NOT_READY")
    assert world.events("prefect.work-queue.not-ready") == 1
    assert world.events("prefect.deployment.not-ready") == 1
