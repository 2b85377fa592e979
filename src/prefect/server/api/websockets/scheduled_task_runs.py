"""`/task_runs/subscriptions/scheduled`: task workers are sent the background task runs that are due, one at a time."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, NamedTuple

from prefect._ids import uuid7
from prefect.exceptions import DatabaseError
from prefect.schemas.task_runs import TaskRun
from prefect.server.api.websockets.connections import Connections
from prefect.server.api.websockets.handshake import shake_hands
from prefect.server.api.websockets.socket import ProtocolError, Socket
from prefect.server.messaging.listening import Listening
from prefect.store.background_deliveries import (
    acknowledge_task_run,
    give_back_task_run,
    is_waiting,
    reserve_task_run,
)
from prefect.store.task_workers import forget_task_worker, note_task_worker

_logger = logging.getLogger("prefect.server.api")

PROTOCOL_VIOLATION = 4001

RESERVED_FOR = 60.0
"""How long, in seconds, a run waits for the answer of a worker before another one is sent it."""

LOOK_EVERY = 1.0
"""How long, in seconds, to wait for a ring before looking all the same: some runs are due at a later time."""


NOTED_EVERY = 60.0
"""How often, in seconds, it is noted that a worker is still there."""


class Subscription(NamedTuple):
    """Which runs a worker takes. `name` is the worker's own; `owner` tells this connection from all others."""

    task_keys: list[str]
    name: str
    owner: str


async def send_scheduled_task_runs(
    socket: Socket, connections: Connections, path_values: dict[str, str]
) -> None:
    """Send task runs, each after the one before was acknowledged, until the worker quits.

    Raises:
        ProtocolError: The worker has sent something else than it should.
        SocketClosed: It is gone; a run that it has not acknowledged is another's.
    """
    if not await shake_hands(socket, connections.auth_string):
        return
    subscription = _subscription(await socket.json())
    # What the worker says is read all the time, since only so it is known when it has gone.
    answer = asyncio.create_task(socket.json())
    noting = asyncio.create_task(_note(connections, subscription))
    try:
        while True:
            task_run = await _next(connections, subscription, answer)
            if task_run is None:
                if _is_last(await answer):
                    return
                continue
            if not await _hand_over(socket, connections, subscription, task_run, answer):
                return
            answer = asyncio.create_task(socket.json())
    finally:
        for task in (answer, noting):
            task.cancel()
        await asyncio.wait([answer, noting])
        await connections.here.write(lambda: forget_task_worker(subscription.name))


async def _note(connections: Connections, subscription: Subscription) -> None:
    """Note again and again that the worker is there."""
    while True:
        try:
            await connections.here.write(lambda: note_task_worker(subscription.name, subscription.task_keys))
        except DatabaseError as error:
            _logger.warning("That the task worker %s is there cannot be noted: %s", subscription.name, error)
        await asyncio.sleep(NOTED_EVERY)


async def _next(
    connections: Connections, subscription: Subscription, answer: asyncio.Task[Any]
) -> TaskRun | None:
    """Return the next run when there is one; None when the worker says something before that."""
    owner, keys = subscription.owner, subscription.task_keys
    with Listening(connections.bell) as listening:
        while not answer.done():
            if await connections.here.read(lambda: is_waiting(keys)):
                run = await connections.here.write(lambda: reserve_task_run(owner, keys, RESERVED_FOR))
                if run is not None:
                    return run
            ring = asyncio.create_task(listening.wait(LOOK_EVERY))
            await asyncio.wait([ring, answer], return_when=asyncio.FIRST_COMPLETED)
            ring.cancel()
            await asyncio.wait([ring])
    return None


async def _hand_over(
    socket: Socket,
    connections: Connections,
    subscription: Subscription,
    task_run: TaskRun,
    answer: asyncio.Task[Any],
) -> bool:
    """Send a run and take the worker's answer. Return whether it goes on."""
    is_taken = False
    try:
        await socket.send(task_run.model_dump_json())
        reply = await answer
        is_taken = _kind(reply) == "ack"
        if not is_taken and not _is_last(reply):
            raise ProtocolError(PROTOCOL_VIOLATION, "Protocol violation: expected 'ack' message")
    finally:
        settle = acknowledge_task_run if is_taken else give_back_task_run
        await asyncio.shield(
            asyncio.ensure_future(connections.here.write(lambda: settle(subscription.owner, task_run.id)))
        )
    return is_taken


def _subscription(message: Any) -> Subscription:
    if _kind(message) != "subscribe":
        raise ProtocolError(PROTOCOL_VIOLATION, "Protocol violation: expected 'subscribe' message")
    keys = message.get("keys")
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):  # pyright: ignore[reportUnknownVariableType] - whatever the worker has sent
        raise ProtocolError(PROTOCOL_VIOLATION, "Protocol violation: expected 'keys' in subscribe message")
    name = message.get("client_id")
    if not isinstance(name, str) or not name:
        raise ProtocolError(
            PROTOCOL_VIOLATION, "Protocol violation: expected 'client_id' in subscribe message"
        )
    return Subscription(keys, name, f"{name} {uuid7()}")


def _kind(message: Any) -> Any:
    return message.get("type") if isinstance(message, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - whatever the worker has sent


def _is_last(message: Any) -> bool:
    """Whether the worker quits; it may acknowledge or say other things between two runs, which mean nothing."""
    return _kind(message) == "quit"
