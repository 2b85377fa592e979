"""Task runs that clients tell of in events are recorded."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.integration.server.serving import Served, on_both


def told(task_run_id: str, flow_run_id: str, kind: str, name: str, second: int) -> dict[str, Any]:
    """Return the event by which a client tells of the state of a task run."""
    moment = (datetime(2026, 6, 1, 12, tzinfo=UTC) + timedelta(seconds=second)).isoformat()
    return {
        "id": str(uuid4()),
        "occurred": moment,
        "event": f"prefect.task-run.{name}",
        "resource": {
            "prefect.resource.id": f"prefect.task-run.{task_run_id}",
            "prefect.resource.name": "a-task",
            "prefect.run-count": "1",
            "prefect.state-message": "",
            "prefect.state-type": kind,
            "prefect.state-name": name,
            "prefect.state-timestamp": moment,
            "prefect.orchestration": "client",
        },
        "related": [
            {"prefect.resource.id": f"prefect.flow-run.{flow_run_id}", "prefect.resource.role": "flow-run"}
        ],
        "payload": {
            "intended": {"from": None, "to": kind},
            "initial_state": None,
            "validated_state": {"type": kind, "name": name, "message": ""},
            "task_run": {
                "name": "a-task",
                "task_key": "a-task",
                "dynamic_key": task_run_id,
                "tags": [],
                "task_inputs": {},
                "run_count": 1,
            },
        },
    }


def flow_run(server: Served) -> str:
    """Create a flow run and return its id."""
    flow = server.ask("POST", "/flows/", json={"name": "f"})["id"]
    return server.ask("POST", "/flow_runs/", json={"flow_id": flow, "state": {"type": "RUNNING"}})["id"]


def states(server: Served, task_run_id: str) -> list[str]:
    """Return the names of the states of a task run, in their order."""
    return [
        state["name"] for state in server.ask("GET", "/task_run_states/", params={"task_run_id": task_run_id})
    ]


@on_both
def test_task_runs_are_there_half_a_second_after_their_events(server: Served) -> None:
    """The run, its states and its place in the flow run can be asked for soon after the client told of them."""
    run = flow_run(server)
    tasks = [str(uuid4()) for _ in range(20)]
    wanted = {"flow_runs": {"id": {"any_": [run]}}, "task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    with server.connect("/events/in") as sending:
        for task in tasks:
            for second, (kind, name) in enumerate(
                [("PENDING", "Pending"), ("RUNNING", "Running"), ("COMPLETED", "Completed")]
            ):
                sending.send(json.dumps(told(task, run, kind, name, second)))
        deadline = time.monotonic() + 20
        while len(found := server.ask("POST", "/task_runs/filter", json=wanted)) < len(tasks):
            assert time.monotonic() < deadline
    assert {each["id"] for each in found} == set(tasks)
    assert {each["flow_run_id"] for each in found} == {run}
    assert states(server, tasks[0]) == ["Pending", "Running", "Completed"]


def test_events_of_requests_are_recorded_alike(server: Served) -> None:
    """Late, repeated and disordered events make the same record."""
    run, task = flow_run(server), str(uuid4())
    pending, running, failed = (
        told(task, run, *state)
        for state in (("PENDING", "Pending", 0), ("RUNNING", "Running", 1), ("FAILED", "Failed", 2))
    )
    server.ask("POST", "/events", json=[failed, pending])
    server.ask("POST", "/events", json=[running, failed])
    assert states(server, task) == ["Pending", "Running", "Failed"]
    assert server.ask("GET", f"/task_runs/{task}")["state_name"] == "Failed"


def test_the_next_page_is_where_the_server_is(server: Served) -> None:
    """The address of the next page of events can be asked for as it is."""
    thing = {"prefect.resource.id": "a"}
    events = [
        {"id": str(uuid4()), "occurred": datetime.now(UTC).isoformat(), "event": "x", "resource": thing}
        for _ in range(7)
    ]
    server.ask("POST", "/events", json=events)
    page = server.ask("POST", "/events/filter", json={"limit": 3})
    found = [event["id"] for event in page["events"]]
    while page["next_page"]:
        assert page["next_page"].startswith(f"{server.url}/events/filter/next?page-token=")
        page = server.client.get(page["next_page"]).json()
        found += [event["id"] for event in page["events"]]
    assert sorted(found) == sorted(event["id"] for event in events)
    assert server.client.get("/events/filter/next", params={"page-token": "x"}).status_code == 403
    assert server.client.post("/events/filter", json={"limit": 51}).status_code == 422
    counted = {"filter": {}, "time_unit": "second"}
    assert server.client.post("/events/count-by/time", json=counted).status_code == 422
