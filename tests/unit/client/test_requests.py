"""The clients with a server: what they ask, and what they make of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from prefect import flow, get_client, task
from prefect.client.orchestration import PrefectClient, ServerType, SyncPrefectClient
from prefect.client.orchestration._administration import _checked
from prefect.client.schemas.actions import ArtifactUpdate, VariableCreate, VariableUpdate, WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_KEY, PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Running

URL = "http://server/api"
SOME = UUID("01a1fee6-0ef9-762b-8eb7-7df6a03f717d")
Asked = tuple[str, str, Any]


class Wire:
    """A server that answers everything alike, and notes what it was asked."""

    def __init__(self, status: int = 200, content: Any = None) -> None:
        self.status = status
        self.content = content
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/csrf-token":
            return httpx2.Response(404)
        self.requests.append(request)
        return httpx2.Response(self.status, json=self.content)

    @property
    def asked(self) -> list[Asked]:
        """Method, path with its query, and body of each request, but those for tokens."""
        return [
            (
                request.method,
                request.url.raw_path.decode().removeprefix("/api"),
                json.loads(request.content) if request.content else None,
            )
            for request in self.requests
        ]

    def client(self) -> SyncPrefectClient:
        """A client of this server."""
        return SyncPrefectClient(URL, httpx_settings={"transport": httpx2.MockTransport(self)})


@task(retries=1, tags=["q"])
def tk() -> None:
    """A task."""


@flow(name="fl", version="3", retries=2)
def fl(x: int = 1) -> None:
    """A flow."""


STATE = {"type": "COMPLETED", "name": "Completed"}

REQUESTS: list[tuple[Callable[[SyncPrefectClient], Any], Asked]] = [
    (lambda c: c.read_variable_by_name("a"), ("GET", "/variables/name/a", None)),
    (lambda c: c.read_variables(), ("POST", "/variables/filter", {})),
    (lambda c: c.read_variables(3), ("POST", "/variables/filter", {"limit": 3})),
    (
        lambda c: c.update_variable(VariableUpdate(name="a", value=1)),
        ("PATCH", "/variables/name/a", {"name": "a", "value": 1}),
    ),
    (lambda c: c.update_artifact(SOME, ArtifactUpdate(data=1)), ("PATCH", f"/artifacts/{SOME}", {"data": 1})),
    (
        lambda c: c.increment_concurrency_slots(["a"], 1, "concurrency"),
        ("POST", "/v2/concurrency_limits/increment", {"names": ["a"], "slots": 1, "mode": "concurrency"}),
    ),
    (
        lambda c: c.read_concurrency_limits(3, 0),
        ("POST", "/concurrency_limits/filter", {"limit": 3, "offset": 0}),
    ),
    (
        lambda c: c.increment_v1_concurrency_slots(["t"], SOME),
        ("POST", "/concurrency_limits/increment", {"names": ["t"], "task_run_id": str(SOME)}),
    ),
    (
        lambda c: c.read_block_documents_by_type("s"),
        ("GET", "/block_types/slug/s/block_documents?include_secrets=true", None),
    ),
    (
        lambda c: c.read_block_document_by_name("n", "s"),
        ("GET", "/block_types/slug/s/block_documents/name/n?include_secrets=true", None),
    ),
    (
        lambda c: c.read_block_schema_by_checksum("n", "s"),
        ("GET", "/block_schemas/checksum/n?version=s", None),
    ),
    (
        lambda c: c.filter_flow_run_input(SOME, "pre", 3, {"a"}),
        ("POST", f"/flow_runs/{SOME}/input/filter", {"prefix": "pre", "limit": 3, "exclude_keys": ["a"]}),
    ),
    (lambda c: c.read_flow_runs(), ("POST", "/flow_runs/filter", {"offset": 0})),
    (
        lambda c: c.update_flow_run(SOME, tags=["b"], infrastructure_pid="p"),
        ("PATCH", f"/flow_runs/{SOME}", {"tags": ["b"], "infrastructure_pid": "p"}),
    ),
    (lambda c: c.set_task_run_name(SOME, "x"), ("PATCH", f"/task_runs/{SOME}", {"name": "x"})),
    (
        lambda c: c.read_task_run_states(SOME),
        ("GET", f"/task_run_states/?task_run_id={SOME}", None),
    ),
    (lambda c: c.update_flow_run_labels(SOME, {"a": 1}), ("PATCH", f"/flow_runs/{SOME}/labels", {"a": 1})),
    (lambda c: c.pause_deployment(SOME), ("PATCH", f"/deployments/{SOME}", {"paused": True})),
    (lambda c: c.read_server_default_result_storage(), ("GET", "/admin/storage", None)),
    (lambda c: c.api_version(), ("GET", "/admin/version", None)),
    (lambda c: c.read_worker_metadata(), ("GET", "/collections/views/aggregate-worker-metadata", None)),
    (
        lambda c: c.read_events_page("https://elsewhere/api/events/filter/next?page-token=abc"),
        ("GET", "/events/filter/next?page-token=abc", None),
    ),
    (
        lambda c: c.request("GET", "/flows/{id}", {"a": 1}, {"id": "x"}),
        ("GET", "/flows/x?a=1", None),
    ),
    (
        lambda c: c.request("POST", "/variables/", json={"name": "a"}),
        ("POST", "/variables/", {"name": "a"}),
    ),
]


@pytest.mark.parametrize(("ask", "wanted"), REQUESTS, ids=[wanted[1] for _, wanted in REQUESTS])
def test_a_method_asks_as_the_api_says(ask: Callable[[SyncPrefectClient], Any], wanted: Asked) -> None:
    """Each method sends the request of the API, and nothing that the server knows by itself."""
    wire = Wire(404, {"detail": "no"})
    # Only the request counts.
    with wire.client() as client, suppress(PrefectHTTPStatusError, ObjectNotFound):
        ask(client)
    assert wire.asked == [wanted]


def test_a_state_is_proposed_with_what_it_is() -> None:
    """A proposed state says whose it is; what is only in memory stays there."""
    wire = Wire(404, {"detail": "no"})
    with wire.client() as client, pytest.raises(ObjectNotFound):
        client.set_flow_run_state(SOME, Completed(data=object()), force=True)
    ((_, path, body),) = wire.asked
    assert path == f"/flow_runs/{SOME}/set_state"
    assert body["force"] is True
    assert (body["state"]["type"], body["state"]["name"]) == ("COMPLETED", "Completed")
    assert body["state"]["state_details"]["flow_run_id"] == str(SOME)
    assert body["state"].get("data") is None


def test_runs_are_created_with_keys() -> None:
    """Runs carry what a server needs to store them once, even when they are sent twice."""
    both = {"flow_id": str(SOME), "task_key": "tk", "dynamic_key": "0"}
    wire = Wire(201, {"id": str(SOME), "name": "fl", **both})
    with wire.client() as client:
        client.create_flow_run(fl, name="n", parameters={"x": 2}, tags=["a"])
        client.create_task_run(tk, SOME, "0", state=Running())
    (_, _, registered), (_, path, run), (_, _, task_run) = wire.asked
    assert registered["name"] == "fl"
    assert path == "/flow_runs/"
    assert UUID(run["idempotency_key"])
    assert (run["flow_id"], run["flow_version"], run["parameters"]) == (str(SOME), "3", {"x": 2})
    assert run["empirical_policy"]["retries"] == 2
    assert run["state"]["type"] == "PENDING"
    assert UUID(task_run["id"])
    assert task_run["tags"] == ["q"]


@pytest.mark.parametrize(
    ("status", "ask", "kind"),
    [
        (409, lambda c: c.create_variable(VariableCreate(name="a", value=1)), ObjectAlreadyExists),
        (409, lambda c: c.create_work_pool(WorkPoolCreate(name="a")), ObjectAlreadyExists),
        (404, lambda c: c.delete_flow(SOME), ObjectNotFound),
        (404, lambda c: c.read_flow(SOME), PrefectHTTPStatusError),
        (404, lambda c: c.update_variable(VariableUpdate(name="a", value=1)), PrefectHTTPStatusError),
        (422, lambda c: c.create_variable(VariableCreate(name="a", value=1)), PrefectHTTPStatusError),
        (423, lambda c: c.increment_concurrency_slots(["a"], 1, "concurrency"), PrefectHTTPStatusError),
    ],
)
def test_a_refusal_is_told_as_the_api_says(
    status: int, ask: Callable[[SyncPrefectClient], Any], kind: type[Exception]
) -> None:
    """Each method raises the exception of the API for a status, with the server's reason in it."""
    with Wire(status, {"detail": "the reason"}).client() as client, pytest.raises(kind, match="the reason"):
        ask(client)


def test_what_is_not_there_may_be_none() -> None:
    """Reading a variable or an automation that does not exist is no error."""
    with Wire(404).client() as client:
        assert client.read_variable_by_name("a") is None
        assert client.read_automation(SOME) is None
        client.delete_automation(SOME)


def test_health_is_an_answer_and_no_error() -> None:
    """A server that cannot be used is told by what is returned."""
    with Wire(200, True).client() as client:
        assert client.api_healthcheck() is None
        assert client.hello().json() is True
    with Wire(500).client() as client:
        assert isinstance(client.api_healthcheck(), PrefectHTTPStatusError)


def test_a_server_of_another_version_is_refused() -> None:
    """A client checks once that the server is of its major version."""
    _checked.clear()
    wire = Wire(200, "4.0.0")
    with wire.client() as client:
        with pytest.raises(RuntimeError, match=r"4\.0\.0"):
            client.raise_for_api_version_mismatch_once()
        wire.content = "3.8.8"
        client.raise_for_api_version_mismatch_once()
        wire.content = "4.0.0"
        client.raise_for_api_version_mismatch_once()
    with Wire(500).client() as client, pytest.raises(RuntimeError, match="Failed to reach"):
        client.raise_for_api_version_mismatch()
    _checked.clear()


def test_the_settings_say_which_server() -> None:
    """A URL in the settings makes clients of that server, with its password; the key goes after that."""
    wire = Wire(200, True)
    settings = {"transport": httpx2.MockTransport(wire)}
    named = {PREFECT_API_URL: URL, PREFECT_API_KEY: "k", PREFECT_API_AUTH_STRING: "u:p"}
    with temporary_settings(named), get_client(settings, sync_client=True) as client:
        assert client.server_type is ServerType.SERVER
        assert str(client.api_url) == f"{URL}/"
        client.hello()
    assert wire.requests[0].headers["Authorization"].startswith("Basic ")
    assert (
        PrefectClient("https://api.prefect.cloud/api/accounts/a/workspaces/b").server_type is ServerType.CLOUD
    )


async def test_the_async_client_asks_the_same() -> None:
    """The request of an awaited method is that of the one that blocks."""
    wire = Wire(200, [])
    async with PrefectClient(URL, httpx_settings={"transport": httpx2.MockTransport(wire)}) as client:
        assert await client.read_flow_runs(limit=2) == []
        assert (await client.request("GET", "/hello")).json() == []
    assert wire.asked[0] == ("POST", "/flow_runs/filter", {"limit": 2, "offset": 0})


def test_times_travel_with_their_zone() -> None:
    """A time in a request says its zone."""
    wire = Wire(200, [])
    with wire.client() as client:
        client.get_scheduled_flow_runs_for_deployments([uuid4()], datetime(2030, 1, 1, tzinfo=UTC), limit=5)
    assert wire.asked[0][2]["scheduled_before"] == "2030-01-01T00:00:00Z"
