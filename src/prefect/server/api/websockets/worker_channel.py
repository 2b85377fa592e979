"""`/work_pools/{name}/workers/connect`: a worker says that it lives, and is told when its pool changes.

Clean-ups are not handed to workers over this channel; the server says so when it is asked for them.
"""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from prefect.exceptions import DatabaseError, ObjectAlreadyExists, ObjectNotFound, RequestRefused
from prefect.schemas.work_pools import WorkPool, WorkPoolCreate
from prefect.schemas.work_queues import WorkQueue
from prefect.server.api.websockets.connections import Connections
from prefect.server.api.websockets.handshake import shake_hands
from prefect.server.api.websockets.socket import (
    POLICY_VIOLATION,
    PROTOCOL_ERROR,
    SERVER_ERROR,
    ProtocolError,
    Socket,
)
from prefect.server.api.websockets.worker_frames import (
    HEARTBEAT,
    SNAPSHOT,
    VERSION,
    CleanupFrame,
    HeartbeatFrame,
    Hello,
    HelloFrame,
    frame,
    snapshot,
)
from prefect.server.events.told_events import ToldEvent
from prefect.server.messaging.tails import Follower
from prefect.store.work_pools import create_work_pool, read_work_pool
from prefect.store.work_queues import read_work_queues_of_pool
from prefect.store.workers import worker_heartbeat

_TOLD = ("base_job_template", "concurrency_limit", "is_paused", "storage_configuration")
"""What of a pool a worker has to know at once."""

SNAPSHOT_FRAME = "work_pool.snapshot.v1"


@functools.cache
def _frames() -> TypeAdapter[HeartbeatFrame | CleanupFrame]:
    """Made with the first connection: it takes its time."""
    return TypeAdapter[HeartbeatFrame | CleanupFrame](HeartbeatFrame | CleanupFrame)


async def connect_worker(socket: Socket, connections: Connections, path_values: dict[str, str]) -> None:
    """Serve a worker until it ends the connection or its pool is deleted.

    Raises:
        ProtocolError: The worker is not welcome, or has sent something else than it should.
        SocketClosed: It is gone.
    """
    if not await shake_hands(socket, connections.auth_string, subprotocol_needed=True):
        return
    hello = await _hello(socket)
    name = path_values["work_pool_name"]
    pool = await _pool(connections, name, hello)
    queues = await _queues(connections, name, hello)
    await _beat(connections, name, hello.worker_name, hello.heartbeat_interval_seconds)
    resource = f"prefect.work-pool.{pool.id}"
    async with connections.events.follow(lambda told: told.event.resource.id == resource) as follower:
        # Read again, since it may have changed before it was followed.
        pool = await connections.here.read(lambda: read_work_pool(name))
        await _send(socket, "worker.ready.v1", _ready(hello, pool, queues))
        telling = asyncio.create_task(_tell(socket, connections, follower, name, pool))
        listening = asyncio.create_task(_listen(socket, connections, name, hello))
        try:
            await asyncio.wait([telling, listening], return_when=asyncio.FIRST_COMPLETED)
            for task in (telling, listening):
                if task.done():
                    task.result()
        finally:
            for task in (telling, listening):
                task.cancel()
            await asyncio.wait([telling, listening])


async def _hello(socket: Socket) -> Hello:
    try:
        hello = HelloFrame.model_validate_json(await socket.text()).payload
    except ValidationError as error:
        raise _protocol_error() from error
    if VERSION not in hello.supported_channel_versions:
        raise ProtocolError(POLICY_VIOLATION, "unsupported_version")
    if not {HEARTBEAT, SNAPSHOT} <= set(hello.requested_capabilities):
        raise _protocol_error()
    return hello


async def _pool(connections: Connections, name: str, hello: Hello) -> WorkPool:
    """Return the pool, made if the worker wants that."""
    try:
        return await connections.here.read(lambda: read_work_pool(name))
    except ObjectNotFound as error:
        if not hello.create_pool_if_not_found:
            raise _not_authorised() from error
    try:
        wanted = WorkPoolCreate(
            name=name, type=hello.worker_type, base_job_template=hello.default_base_job_template
        )
        return await connections.here.write(lambda: create_work_pool(wanted))
    except ObjectAlreadyExists:
        return await connections.here.read(lambda: read_work_pool(name))
    except RequestRefused as error:
        raise _not_authorised() from error
    except ValidationError as error:
        raise _protocol_error() from error


async def _queues(connections: Connections, name: str, hello: Hello) -> list[WorkQueue]:
    queues = await connections.here.read(lambda: read_work_queues_of_pool(name))
    wanted = set(hello.work_queue_names)
    if not wanted <= {queue.name for queue in queues}:
        raise _not_authorised()
    return [queue for queue in queues if not wanted or queue.name in wanted]


def _ready(hello: Hello, pool: WorkPool, queues: list[WorkQueue]) -> dict[str, Any]:
    accepted = [HEARTBEAT, SNAPSHOT]
    return {
        "consumer_id": str(hello.consumer_id),
        "worker_id": None,
        "selected_channel_version": VERSION,
        "effective_heartbeat_interval_seconds": hello.heartbeat_interval_seconds,
        "accepted_capabilities": accepted,
        "rejected_capabilities": [each for each in hello.requested_capabilities if each not in accepted],
        "effective_max_cleanup_concurrency": 0,
        "resolved_work_queues": [{"id": str(queue.id), "name": queue.name} for queue in queues],
        "initial_snapshot": snapshot(pool, 1, "initial"),
    }


async def _tell(
    socket: Socket, connections: Connections, follower: Follower[ToldEvent], name: str, known: WorkPool
) -> None:
    """Send the pool each time it changes, until it is deleted."""
    sequence = 1
    while True:
        await follower.next()
        try:
            pool = await connections.here.read(lambda: read_work_pool(name))
        except ObjectNotFound as error:
            raise _not_authorised() from error
        if pool.id != known.id:
            raise _not_authorised()
        if any(getattr(pool, field) != getattr(known, field) for field in _TOLD):
            sequence += 1
            await _send(socket, SNAPSHOT_FRAME, snapshot(pool, sequence, "work_pool_updated"))
        known = pool


async def _listen(socket: Socket, connections: Connections, name: str, hello: Hello) -> None:
    """Note the heartbeats of the worker, until it is gone."""
    while True:
        try:
            heard = _frames().validate_json(await socket.text())
        except ValidationError as error:
            raise _protocol_error() from error
        if isinstance(heard, CleanupFrame):
            await _send(socket, "cleanup.operation_result.v1", _no_cleanup(heard))
            continue
        beat = heard.payload
        if (beat.consumer_id, beat.worker_name) != (hello.consumer_id, hello.worker_name):
            raise _protocol_error()
        await _beat(connections, name, beat.worker_name, beat.heartbeat_interval_seconds)


async def _beat(connections: Connections, pool: str, worker: str, interval: int) -> None:
    try:
        await connections.here.write(lambda: worker_heartbeat(pool, worker, interval))
    except ObjectNotFound as error:
        raise _not_authorised() from error
    except DatabaseError as error:
        raise ProtocolError(SERVER_ERROR, "heartbeat_persistence_failed") from error


def _no_cleanup(heard: CleanupFrame) -> dict[str, Any]:
    return {
        "request_frame_id": str(heard.id),
        "message_id": str(heard.payload.message_id),
        "operation": heard.operation,
        "status": "unauthorized",
        "lease_expires_at": None,
        "reason": "cleanup_delivery_not_accepted",
        "detail": None,
    }


async def _send(socket: Socket, kind: str, payload: dict[str, Any]) -> None:
    await socket.send(orjson.dumps(frame(kind, payload)).decode())


def _protocol_error() -> ProtocolError:
    return ProtocolError(PROTOCOL_ERROR, "protocol_error")


def _not_authorised() -> ProtocolError:
    return ProtocolError(POLICY_VIOLATION, "authorization_failed")
