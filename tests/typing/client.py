# pyright: reportUnnecessaryTypeIgnoreComment=true
"""The methods of both clients have the types that they return: the value, or a coroutine of it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Literal, assert_type
from uuid import UUID

import httpx2

from prefect import get_client
from prefect.client.orchestration import PrefectClient, SyncPrefectClient
from prefect.client.schemas.actions import VariableCreate, WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import (
    BlockDocument,
    DeploymentSchedule,
    Flow,
    FlowRun,
    Log,
    State,
    TaskRun,
    Variable,
    WorkPool,
    WorkQueue,
)
from prefect.client.schemas.responses import DeploymentResponse, OrchestrationResult
from prefect.states import Running


def which(choice: bool) -> None:
    """`sync_client` says which client it is."""
    assert_type(get_client(), PrefectClient)
    assert_type(get_client(sync_client=False), PrefectClient)
    assert_type(get_client(sync_client=True), SyncPrefectClient)
    assert_type(get_client({"timeout": 3}, True), SyncPrefectClient)
    assert_type(get_client(httpx_settings={"timeout": 3}), PrefectClient)


def blocking(some: UUID) -> None:
    """The client that blocks returns values."""
    with get_client(sync_client=True) as client:
        assert_type(client, SyncPrefectClient)
        assert_type(client.read_flow(some), Flow)
        assert_type(client.read_flow_run(some), FlowRun)
        assert_type(client.read_flow_runs(flow_run_filter=FlowRunFilter(), limit=3), list[FlowRun])
        assert_type(client.count_flow_runs(), int)
        assert_type(client.set_flow_run_state(some, Running(), force=True), OrchestrationResult)
        assert_type(client.read_flow_run_states(some), list[State[Any]])
        assert_type(client.update_flow_run(some, name="x"), httpx2.Response)
        assert_type(client.read_task_run(some), TaskRun)
        assert_type(client.read_logs(), list[Log])
        assert_type(client.read_variable_by_name("x"), Variable | None)
        assert_type(client.create_variable(VariableCreate(name="x", value=1)), Variable)
        assert_type(client.delete_variable_by_name("x"), None)
        assert_type(client.read_block_document(some), BlockDocument)
        assert_type(client.create_work_pool(WorkPoolCreate(name="x")), WorkPool)
        assert_type(client.read_work_queues(), list[WorkQueue])
        assert_type(client.create_deployment(some, "x"), UUID)
        assert_type(client.read_deployment_by_name("a/b"), DeploymentResponse)
        assert_type(client.read_deployment_schedules(some), list[DeploymentSchedule])
        assert_type(client.api_healthcheck(), Exception | None)
        assert_type(client.api_version(), str)
        assert_type(client.request("GET", "/hello"), httpx2.Response)
        client.read_flow_run()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        client.read_flow_runs(limits=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        client.create_variable("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def awaiting(some: UUID) -> None:
    """The client that is awaited returns coroutines of the same."""
    async with get_client() as client:
        assert_type(client, PrefectClient)
        reading: Coroutine[Any, Any, FlowRun] = client.read_flow_run(some)
        assert_type(await reading, FlowRun)
        assert_type(await client.read_flow_runs(limit=3), list[FlowRun])
        assert_type(await client.set_flow_run_state(some, Running()), OrchestrationResult)
        assert_type(await client.read_variable_by_name("x"), Variable | None)
        assert_type(await client.create_deployment(some, "x"), UUID)
        assert_type(await client.api_version(), str)
        assert_type(await client.request("GET", "/hello"), httpx2.Response)
        assert_type(client.client_version(), str)
        await client.read_flow_run(some, 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def methods_of_http(client: SyncPrefectClient, method: Literal["GET", "PATCH"]) -> None:
    """Only methods of HTTP are sent."""
    client.request(method, "/hello")
    client.request("LOOK", "/hello")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
