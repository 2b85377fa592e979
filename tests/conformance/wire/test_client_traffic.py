"""What a real client was seen to send is answered as it was answered then: status by status, shape by shape."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conformance.wire.traffic import PAUSED, Client, state

SCENARIOS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "data" / "client-traffic.json").read_text(encoding="utf-8")
)
FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "rest-api.json").read_text(encoding="utf-8")
)
ANSWERS = {f"{o['method']} {o['path']}": o["responses"] for o in FACTS["operations"]}

BEFORE: dict[str, list[str]] = {
    "serve_run_deployment": ["POST /flows/", "POST /deployments/"],
    "deploy": ["POST /work_pools/", "POST /flows/"],
    "worker_start": ["POST /work_pools/"],
    "worker_run_deployment": [
        "POST /work_pools/",
        "POST /flows/",
        "POST /deployments/",
        "POST /v2/concurrency_limits/",
        "POST /v2/concurrency_limits/increment-with-lease",
    ],
    "cancel3": ["POST /work_pools/", "POST /flows/", "POST /deployments/"],
}
"""What was there before the recording of a scenario began."""

STATES: dict[str, list[dict[str, Any]]] = {
    "pause": [state("RUNNING"), PAUSED],
    "cancel3": [state("PENDING"), state("PENDING")],
}
"""The states that a scenario proposes, one for each time that the recording has the request."""

UNSEEN = {"pause": {"POST /flow_runs/{id}/resume": ["POST /flow_runs/{id}/set_state"]}}
"""Requests that the recording has only once, and that are needed again later."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_recorded_scenario_is_answered_as_recorded(name: str, api_url: str) -> None:
    """Each request of a scenario, in its order, gets the recorded status and an answer with all known fields."""
    with httpx2.Client(base_url=api_url, timeout=30) as sender:
        client = Client(sender.request, names(name))
        if name == "misc":
            remember_secret_block(sender, client)
        for operation in BEFORE.get(name, ()):
            assert client.ask(operation).is_success, operation
        for step in SCENARIOS[name]:
            if "op" not in step:
                continue
            for operation in UNSEEN.get(name, {}).get(step["op"], ()):
                assert client.ask(operation).is_success, operation
            check(step, client.ask(step["op"]))


def names(scenario: str) -> dict[str, Any]:
    """Names that no other scenario uses on the same server."""
    return {
        "flow_name": f"etl-{scenario}",
        "deployment_name": "nightly",
        "pool": f"pool-{scenario}".replace("_", "-"),
        "variable": f"name_{scenario}",
        "limit": f"db-{scenario}",
        "block_name": f"token-{scenario}".replace("_", "-"),
        "states": [*STATES.get(scenario, [state("RUNNING"), state("COMPLETED")])],
    }


def remember_secret_block(sender: httpx2.Client, client: Client) -> None:
    """Find what a client computes from its own class: the checksum of the block."""
    # A server stores the types that it knows just after it has begun to answer.
    deadline = time.monotonic() + 60
    while (
        answer := sender.get("/block_types/slug/secret")
    ).status_code == 404 and time.monotonic() < deadline:
        time.sleep(0.05)
    secret = answer.raise_for_status().json()
    chosen = {"block_schemas": {"block_type_id": {"any_": [secret["id"]]}}}
    schema = sender.post("/block_schemas/filter", json=chosen).raise_for_status().json()[0]
    client.ids |= {"block_checksum": schema["checksum"], "block_version": schema["version"]}


def check(step: dict[str, Any], answer: httpx2.Response) -> None:
    """Compare an answer with what was recorded and what the API says of it."""
    told = f"{step['op']}: {answer.status_code} {answer.text[:500]}"
    assert answer.status_code == step["status"], told
    for expected in ANSWERS[step["op"]].values():
        if expected and answer.is_success and answer.content:
            value = answer.json()
            schema = expected
            if schema.get("type") == "array":
                assert isinstance(value, list), told
                value, schema = (value[0] if value else None), schema["items"]
            if value is not None and "$ref" in schema:
                fields = FACTS["schemas"][schema["$ref"].rsplit("/", 1)[-1]].get("properties", {})
                assert set(fields) <= set(value), told
