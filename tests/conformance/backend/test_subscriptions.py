"""Subscriptions of clients to a server."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import TaskRun
from prefect.client.subscriptions import Subscription
from prefect.exceptions import ConfigurationError, PrefectException
from prefect.states import Scheduled
from prefect.tasks import task
from tests.conformance.backend.servers import Server

PATH = "/task_runs/subscriptions/scheduled"


@task
def deferred() -> None:
    """A task for workers."""


async def test_scheduled_task_runs_arrive(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subscriber gets the task runs that wait for a worker, each once, and goes on when the line is cut."""
    monkeypatch.setenv("PREFECT_API_URL", server.url)
    subscription = Subscription(TaskRun, PATH, [deferred.task_key])
    assert deferred.task_key in subscription.keys
    with pytest.raises(RuntimeError, match="iterate"):
        _ = subscription.websocket
    async with get_client() as client:
        made = []
        for number in range(2):
            state = Scheduled(scheduled_time=datetime.now(UTC))
            state.state_details.deferred = True
            made.append(await client.create_task_run(deferred, None, f"{number}-{uuid4()}", state=state))
            assert (await anext(subscription)).id == made[-1].id
            await subscription.websocket.close()
    await subscription.close()
    assert subscription.subscription_url.startswith("ws://127.0.0.1")


async def test_a_path_that_is_not_there_is_refused(server: Server) -> None:
    """A subscription that can never be had is an error, not an endless wait."""
    subscription = Subscription(TaskRun, "/nothing", ["a"], base_url=server.url)
    with pytest.raises(PrefectException, match="refuses"):
        await anext(subscription)


def test_a_subscription_needs_a_server() -> None:
    """Without a server there is nothing to subscribe to, and it says what to set."""
    with pytest.raises(ConfigurationError, match="PREFECT_API_URL"):
        Subscription(TaskRun, PATH, ["a"])
