"""The channel of a worker to a real server: heartbeats, and changes of the pool at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from prefect.backend import close_backends
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.workers.channel import WorkerChannel
from prefect.workers.process import ProcessWorker
from tests.conformance.backend.servers import Server


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server, at which the settings point."""
    server = Server(tmp_path / "server")
    server.start()
    monkeypatch.setenv("PREFECT_API_URL", server.url)
    yield server
    close_backends()
    server.stop()


@pytest.fixture
def client(server: Server) -> Iterator[SyncPrefectClient]:
    """A client of it, with a pool."""
    with get_client(sync_client=True) as client:
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(WorkPoolCreate(name="pool", type="process", base_job_template=template))
        yield client


@pytest.fixture
async def channel(client: SyncPrefectClient) -> AsyncIterator[tuple[ProcessWorker, WorkerChannel]]:
    """A worker with its channel, which is kept open."""
    async with ProcessWorker("pool", name="mine", heartbeat_interval_seconds=1) as worker:
        channel = WorkerChannel(worker)
        keeping = asyncio.create_task(channel.keep())
        await until(lambda: channel.is_open)
        yield worker, channel
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def until(happens: Callable[[], bool]) -> None:
    """Wait until something is so."""

    def wait() -> None:
        deadline = time.monotonic() + 30
        while not happens():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    await asyncio.to_thread(wait)


async def test_a_change_of_the_pool_is_known_at_once(
    channel: tuple[ProcessWorker, WorkerChannel], client: SyncPrefectClient
) -> None:
    """A worker does not go on with the old template, and it is seen to be there."""
    worker, _ = channel
    template = ProcessWorker.get_default_base_job_template()
    template["variables"]["properties"]["env"]["default"] = {"A": "1"}
    await asyncio.to_thread(client.update_work_pool, "pool", WorkPoolUpdate(base_job_template=template))
    await until(lambda: worker.work_pool.base_job_template == template)
    (before,) = client.read_workers_for_work_pool("pool")
    await until(
        lambda: client.read_workers_for_work_pool("pool")[0].last_heartbeat_time != before.last_heartbeat_time
    )


async def test_the_channel_is_opened_again(
    channel: tuple[ProcessWorker, WorkerChannel], server: Server
) -> None:
    """A server that is started again is told that the worker is there."""
    _, kept = channel
    await asyncio.to_thread(server.stop)
    await until(lambda: not kept.is_open)
    await asyncio.to_thread(server.start)
    await until(lambda: kept.is_open)


async def test_a_server_that_does_not_want_it_is_left_alone(client: SyncPrefectClient) -> None:
    """A worker in queues that are not there is not served on the channel; requests do in its place."""
    async with ProcessWorker("pool", work_queues=["nowhere"]) as worker:
        channel = WorkerChannel(worker)
        await asyncio.wait_for(channel.keep(), 20)
        assert not channel.is_open
        assert len(client.read_workers_for_work_pool("pool")) == 1
