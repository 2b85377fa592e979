"""Requests of who executes a flow run: written only as long as the run is its to execute."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from prefect._http_errors import PrefectHTTPStatusError
from prefect._transport.status_errors import typed_error
from prefect.exceptions import FencedOff


@pytest.fixture
async def run(api: httpx2.AsyncClient) -> dict[str, Any]:
    """A flow run that is claimed with number 1."""
    flow = (await api.post("/flows/", json={"name": "f"})).json()
    run = (
        await api.post(
            "/flow_runs/", json={"flow_id": flow["id"], "state": {"type": "SCHEDULED", "state_details": {}}}
        )
    ).json()
    claimed = (await api.post(f"/flow_runs/{run['id']}/claim", json={"owner": "a"})).json()
    assert claimed["claim"]["fence"] == 1
    return run


def fence(run: dict[str, Any], number: int) -> dict[str, str]:
    """Return the header of a fence."""
    return {"Prefect-Fence": f"{run['id']}/{number}"}


async def test_a_stale_fence_writes_nothing(api: httpx2.AsyncClient, run: dict[str, Any]) -> None:
    """Neither states, nor lines of the log, nor anything else; the answer says which fence is over."""
    path = f"/flow_runs/{run['id']}/set_state"
    body = {"state": {"type": "RUNNING"}}
    line = {
        "name": "n",
        "level": 20,
        "message": "m",
        "timestamp": "2026-01-01T00:00:00Z",
        "flow_run_id": run["id"],
    }
    for method, where, content in (
        ("POST", path, body),
        ("POST", "/logs/", [line]),
        ("POST", "/variables/", {"name": "x", "value": 1}),
        ("PATCH", f"/flow_runs/{run['id']}", {"name": "other"}),
    ):
        refused = await api.request(method, where, json=content, headers=fence(run, 2))
        assert refused.status_code == 409
        assert refused.headers["prefect-fenced-off"] == f"{run['id']}/2"
        assert "End the process." in refused.json()["detail"]
    assert (await api.get(f"/flow_runs/{run['id']}")).json()["state_type"] == "PENDING"
    assert (await api.post("/variables/count")).json() == 0
    assert (await api.post("/logs/filter", json={})).json() == []
    assert (await api.post(path, json=body, headers=fence(run, 1))).status_code == 201


async def test_a_repeated_request_is_refused_too(api: httpx2.AsyncClient, run: dict[str, Any]) -> None:
    """Its key does not help it."""
    headers = {**fence(run, 2), "Idempotency-Key": "once"}
    refused = await api.post("/variables/", json={"name": "x", "value": 1}, headers=headers)
    assert refused.status_code == 409


async def test_reading_needs_no_fence(api: httpx2.AsyncClient, run: dict[str, Any]) -> None:
    """Only what writes is refused."""
    assert (await api.post("/flow_runs/filter", json={}, headers=fence(run, 2))).status_code == 200


async def test_who_deletes_a_run_stops_nobody_else(api: httpx2.AsyncClient, run: dict[str, Any]) -> None:
    """A process may have more to write than what belongs to a run that is gone."""
    await api.delete(f"/flow_runs/{run['id']}")
    answer = await api.post("/variables/", json={"name": "x", "value": 1}, headers=fence(run, 1))
    assert answer.status_code == 201


async def test_a_header_that_is_none_is_refused(api: httpx2.AsyncClient) -> None:
    """Rather than written without a fence."""
    answer = await api.post("/variables/", json={"name": "x", "value": 1}, headers={"Prefect-Fence": "what"})
    assert answer.status_code == 400
    assert "Prefect-Fence" in answer.json()["detail"]


async def test_clients_see_an_error_of_its_own(api: httpx2.AsyncClient, run: dict[str, Any]) -> None:
    """It is told from a name that is taken, which has the same status."""
    refused = await api.post("/variables/", json={"name": "x", "value": 1}, headers=fence(run, 5))
    error = typed_error(PrefectHTTPStatusError.from_response(refused))
    assert isinstance(error, FencedOff)
    assert (error.flow_run_id, error.fence) == (run["id"], 5)
