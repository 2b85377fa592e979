"""The clients without a server: they ask orchestration in this process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect import flow, get_client, task
from prefect.client.orchestration import PrefectClient, ServerType, SyncPrefectClient
from prefect.client.schemas.actions import (
    ArtifactCreate,
    BlockDocumentCreate,
    BlockSchemaCreate,
    BlockTypeCreate,
    GlobalConcurrencyLimitCreate,
    VariableCreate,
    VariableUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Cancelled, Completed, Running, Scheduled


@pytest.fixture
def client() -> Any:
    """A client that blocks."""
    with get_client(sync_client=True) as client:
        yield client


@task(tags=["t"])
def step() -> None:
    """A task."""


@flow(name="etl", version="v1", retries=1)
def etl(rows: int = 1) -> None:
    """A flow."""
    step()


# --- nouns -------------------------------------------------------------------------------------------------------


def test_a_variable_lives_and_dies(client: SyncPrefectClient) -> None:
    """A variable is stored, read, changed and deleted; what is not there is None, or said so."""
    client.create_variable(VariableCreate(name="limit", value=[1]))
    with pytest.raises(ObjectAlreadyExists, match="limit"):
        client.create_variable(VariableCreate(name="limit", value=2))
    client.update_variable(VariableUpdate(name="limit", value=2))
    found = client.read_variable_by_name("limit")
    assert found is not None
    assert found.value == 2
    assert [each.name for each in client.read_variables(limit=5)] == ["limit"]
    client.delete_variable_by_name("limit")
    assert client.read_variable_by_name("limit") is None
    with pytest.raises(ObjectNotFound, match="limit"):
        client.delete_variable_by_name("limit")


def test_a_flow_run_is_made_and_moved(client: SyncPrefectClient) -> None:
    """A flow run is created from a flow, named, labelled, proposed states for, and found by filters."""
    run = client.create_flow_run(etl, name="first", parameters={"rows": 2}, tags=["a"])
    assert (run.flow_version, run.parameters, run.tags) == ("v1", {"rows": 2}, ["a"])
    assert client.set_flow_run_state(run.id, Running()).status.value == "ACCEPT"
    assert client.set_flow_run_state(str(run.id), Completed()).status.value == "ACCEPT"
    client.update_flow_run(run.id, tags=["b"])
    client.set_flow_run_name(run.id, "renamed")
    client.update_flow_run_labels(run.id, {"team": "data"})
    again = client.read_flow_run(run.id)
    assert (again.name, again.tags, again.parameters) == ("renamed", ["b"], {"rows": 2})
    assert again.empirical_policy.retries == 1
    assert again.labels is not None
    assert again.labels["team"] == "data"
    assert [state.name for state in client.read_flow_run_states(run.id)] == [
        "Pending",
        "Running",
        "Completed",
    ]
    named = FlowFilter(name=FlowFilterName(any_=["etl"]))
    assert [each.id for each in client.read_flow_runs(flow_filter=named)] == [run.id]
    assert client.count_flow_runs(flow_filter=named) == 1
    client.delete_flow_run(run.id)
    with pytest.raises(ObjectNotFound, match=str(run.id)):
        client.read_flow_run(run.id)


def test_what_a_run_left_behind_is_read(client: SyncPrefectClient) -> None:
    """The client reads the flow, the runs and the tasks that a flow has recorded in this process."""
    etl(return_state=True)
    (run,) = client.read_flow_runs()
    assert client.read_flow(run.flow_id).name == "etl"
    assert client.read_flow_by_name("etl").id == run.flow_id
    of_it = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
    (task_run,) = client.read_task_runs(flow_run_filter=of_it)
    assert client.read_task_run(task_run.id).tags == ["t"]
    assert client.read_task_run_states(task_run.id)[-1].is_completed()
    assert client.read_flow_run_state(client.read_flow_run_states(run.id)[0].id).is_pending()


def test_a_flow_run_that_is_cancelled_stays_so(client: SyncPrefectClient) -> None:
    """A final state is kept, unless it is forced to change."""
    run = client.create_flow_run(etl, state=Scheduled(scheduled_time=datetime(2030, 1, 1, tzinfo=UTC)))
    assert run.state_type is StateType.SCHEDULED
    assert client.set_flow_run_state(run.id, Cancelled()).status.value == "ACCEPT"
    assert client.set_flow_run_state(run.id, Running(), force=True).status.value == "ACCEPT"


def test_a_task_run_is_made_and_moved(client: SyncPrefectClient) -> None:
    """A task run is created, named, proposed states for and deleted."""
    run = client.create_task_run(step, None, "0", name="one", extra_tags=["u"])
    assert run.tags == ["t", "u"]
    assert client.set_task_run_state(run.id, Running()).status.value == "ACCEPT"
    client.set_task_run_name(run.id, "two")
    assert client.read_task_run(run.id).name == "two"
    client.delete_task_run(run.id)
    with pytest.raises(ObjectNotFound):
        client.delete_task_run(run.id)


def test_inputs_and_logs(client: SyncPrefectClient) -> None:
    """A run is sent inputs, and lines are added to its log."""
    run = client.create_flow_run(etl)
    client.create_flow_run_input(run.id, "answer-1", "42", sender="me")
    assert client.read_flow_run_input(run.id, "answer-1") == "42"
    assert [each.key for each in client.filter_flow_run_input(run.id, "answer", 5, set())] == ["answer-1"]
    client.delete_flow_run_input(run.id, "answer-1")
    moment = datetime.now(UTC).isoformat()
    line = {"name": "a", "level": 20, "message": "hello", "timestamp": moment, "flow_run_id": str(run.id)}
    client.create_logs([line])
    assert [line.message for line in client.read_logs()] == ["hello"]


def test_blocks(client: SyncPrefectClient) -> None:
    """A type, a schema and a document of blocks are stored and found."""
    kind = client.create_block_type(BlockTypeCreate(name="Shop", slug="shop"))
    fields = {"title": "Shop", "type": "object", "properties": {"key": {"type": "string"}}}
    schema = client.create_block_schema(
        BlockSchemaCreate(fields=fields, block_type_id=kind.id, capabilities=["sell"])
    )
    assert client.read_block_schema_by_checksum(schema.checksum).id == schema.id
    newest = client.get_most_recent_block_schema_for_block_type(kind.id)
    assert newest is not None
    assert newest.id == schema.id
    made = BlockDocumentCreate(
        name="corner", data={"key": "k"}, block_schema_id=schema.id, block_type_id=kind.id
    )
    document = client.create_block_document(made)
    assert client.read_block_document(document.id).data == {"key": "k"}
    assert client.read_block_document_by_name("corner", "shop").id == document.id
    assert [each.name for each in client.read_block_documents("sell")] == ["corner"]
    assert client.read_block_documents_by_type("shop", offset=1) == []
    client.delete_block_type(kind.id)
    with pytest.raises(ObjectNotFound):
        client.read_block_type_by_slug("shop")


def test_concurrency_limits(client: SyncPrefectClient) -> None:
    """Slots are taken and given back, and a full limit is told as a server tells it."""
    client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name="db", limit=1))
    taken = client.increment_concurrency_slots_with_lease(["db"], 1, "concurrency", 60)
    lease = UUID(taken.json()["lease_id"])
    with pytest.raises(PrefectHTTPStatusError) as full:
        client.increment_concurrency_slots(["db"], 1, "concurrency")
    assert full.value.response.status_code == 423
    assert float(full.value.response.headers["Retry-After"]) > 0
    assert client.renew_concurrency_lease(lease, 60).status_code == 204
    assert client.release_concurrency_slots_with_lease(lease).status_code == 204
    client.upsert_global_concurrency_limit_by_name("db", 7)
    client.upsert_global_concurrency_limit_by_name("api", 2, slot_decay_per_second=1.5)
    assert {each.name: each.limit for each in client.read_global_concurrency_limits()} == {"db": 7, "api": 2}
    client.create_concurrency_limit("heavy", 2)
    assert client.read_concurrency_limit_by_tag("heavy").concurrency_limit == 2


def test_pools_queues_and_deployments(client: SyncPrefectClient) -> None:
    """A pool with a queue, and a deployment with a schedule and a run, are stored, found and deleted."""
    client.create_work_pool(WorkPoolCreate(name="machines", type="process"))
    with pytest.raises(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name="machines", type="process"))
    over = WorkPoolCreate(name="machines", type="process", description="new")
    assert client.create_work_pool(over, overwrite=True).description == "new"
    queue = client.create_work_queue("urgent", work_pool_name="machines", priority=1)
    assert client.read_work_queue_by_name("urgent", "machines").id == queue.id
    assert [each.name for each in client.match_work_queues(["urg"], "machines")] == ["urgent"]
    client.send_worker_heartbeat("machines", "w1", 30)
    assert [each.name for each in client.read_workers_for_work_pool("machines")] == ["w1"]
    deployment = client.create_deployment(client.create_flow(etl), "nightly", work_pool_name="machines")
    assert client.read_deployment_by_name("etl/nightly").id == deployment
    hourly = IntervalSchedule(interval=timedelta(hours=1))
    (schedule,) = client.create_deployment_schedules(deployment, [(hourly, False)])
    client.update_deployment_schedule(deployment, schedule.id, active=True)
    assert [each.active for each in client.read_deployment_schedules(deployment)] == [True]
    client.pause_deployment(deployment)
    assert client.read_deployment(deployment).paused
    run = client.create_flow_run_from_deployment(deployment, parameters={"rows": 3}, tags=["x"])
    assert run.deployment_id == deployment
    client.delete_deployment(deployment)
    with pytest.raises(ObjectNotFound):
        client.read_deployment(str(deployment))
    with pytest.raises(ObjectNotFound, match="flow/deployment"):
        client.read_deployment_by_name("nightly")


def test_what_has_no_name_of_its_own_error_is_a_status(client: SyncPrefectClient) -> None:
    """Methods of which the API says nothing else raise the status error that a server would answer with."""
    with pytest.raises(PrefectHTTPStatusError) as caught:
        client.read_flow(uuid4())
    assert caught.value.response.status_code == 404
    with pytest.raises(ObjectNotFound, match="zzz"):
        client.read_flow_run("zzz")  # type: ignore[arg-type]  # text is accepted


def test_artifacts_and_events(client: SyncPrefectClient) -> None:
    """Artifacts are stored by key, and events are read page by page."""
    client.create_artifact(ArtifactCreate(key="report", type="markdown", data="# Hi"))
    assert [each.key for each in client.read_latest_artifacts()] == ["report"]
    assert client.read_artifacts(limit=1)[0].data == "# Hi"
    assert client.read_events(limit=1).total >= 0


# --- the clients themselves --------------------------------------------------------------------------------------


def test_without_a_server_it_is_this_process_that_answers(client: SyncPrefectClient) -> None:
    """A client tells what it talks to; there is nothing to be healthy or of another version."""
    assert client.server_type is ServerType.EPHEMERAL
    assert str(client.api_url) == "http://ephemeral-prefect/api/"
    assert client.api_healthcheck() is None
    assert client.api_version() == client.client_version() == "3.8.8"
    client.raise_for_api_version_mismatch_once()


async def test_the_async_client_does_the_same() -> None:
    """The same methods are awaited, and one client serves many tasks at once."""
    async with get_client() as client:
        made = [VariableCreate(name=f"v{number}", value=number) for number in range(5)]
        await asyncio.gather(*(client.create_variable(each) for each in made))
        assert [each.value for each in await client.read_variables()] == list(range(5))
        async with client as same:
            assert same is client
        assert await client.read_variable_by_name("v1") is not None
    with pytest.raises(RuntimeError, match="get_client"):
        await client.__aenter__()


def test_an_async_client_serves_several_loops() -> None:
    """A client that was made once may be used from loop after loop."""
    client = get_client()
    asyncio.run(client.create_variable(VariableCreate(name="a", value=1)))
    found = asyncio.run(client.read_variable_by_name("a"))
    assert found is not None


def test_an_async_client_is_not_entered_by_with() -> None:
    """Who forgets the `async` is told."""
    with pytest.raises(RuntimeError, match="async with"), get_client():
        pass


def test_a_client_that_blocks_can_be_entered_again() -> None:
    """A client that blocks may be entered twice, and used after it was left."""
    client = get_client(sync_client=True)
    with client, client:
        client.read_variables()
    with client:
        assert client.read_variables() == []


def test_which_client_it_is() -> None:
    """`sync_client` says which client is made."""
    assert isinstance(get_client(), PrefectClient)
    assert isinstance(get_client(sync_client=True), SyncPrefectClient)
    assert isinstance(get_client(None, True), SyncPrefectClient)
