"""Figures for Prometheus: what waits, and how the services do."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from prefect.server.api.application import Application
from prefect.settings import get_current_settings
from tests.integration.server.serving import Served, serving


def figures(server: Served) -> dict[str, float]:
    """Return the figures by their name with its labels."""
    text = server.client.get("/metrics").text
    found = re.findall(r"^(prefect_server_[^ ]+) ([^ ]+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_what_waits_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that are due in a queue, background runs, taken slots, stored events and services have their figures."""
    monkeypatch.setenv("PREFECT_SERVER_METRICS_ENABLED", "true")
    with serving(Application(get_current_settings(), runs_services=True)) as server:
        server.ask("POST", "/work_pools/", json={"name": "pool", "type": "process"})
        flow = server.ask("POST", "/flows/", json={"name": "f"})["id"]
        due = (datetime.now(UTC) - timedelta(seconds=100)).isoformat()
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
        run = {"flow_id": flow, "state": state, "work_pool_name": "pool"}
        server.ask("POST", "/flow_runs/", json=run)
        server.ask(
            "POST",
            "/task_runs/",
            json={
                "task_key": "k",
                "dynamic_key": str(uuid4()),
                "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": due, "deferred": True}},
            },
        )
        server.ask("POST", "/v2/concurrency_limits/", json={"name": "db", "limit": 5})
        server.ask("POST", "/v2/concurrency_limits/increment", json={"names": ["db"], "slots": 2})
        with server.connect("/events/in"):
            found = figures(server)
            assert found["prefect_server_events_waiting"] == found["prefect_server_events_lag_seconds"] == 0
        assert found['prefect_server_queued_runs{queue="pool/default"}'] == 1
        assert 100 <= found['prefect_server_queue_age_seconds{queue="pool/default"}'] < 200
        assert found["prefect_server_background_task_runs"] == 1
        assert found["prefect_server_background_age_seconds"] >= 100
        assert found['prefect_server_slots_taken{limit="db"}'] == 2
        assert found['prefect_server_slots{limit="db"}'] == 5
        deadline = time.monotonic() + 30
        while not (found := figures(server))["prefect_server_late_runs"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert found["prefect_server_lateness_seconds"] >= 100
        assert found['prefect_server_service_looks{service="late-runs"}'] >= 1
        assert found['prefect_server_service_failures{service="late-runs"}'] == 0
