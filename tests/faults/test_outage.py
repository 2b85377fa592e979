"""A server that was away for a day makes up for what it missed exactly as the schedules want it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from prefect.schemas.deployments import DeploymentCreate
from prefect.schemas.flows import FlowCreate
from prefect.server.services.late_runs import LATE_RUNS
from prefect.server.services.scheduler import SCHEDULER
from prefect.store.columns import timestamp_text
from prefect.store.deployments import create_deployment
from prefect.store.flows import create_flow
from prefect.store.statements import Row, Statement, Transaction
from prefect.testing.clock import hold_clock
from tests.unit.server.services.conftest import START, World

DAY = 24 * 60
"""How many minutes it is away."""

MADE_AHEAD = 11
"""For how many minutes there are runs ahead of time, with the settings of this test."""

POLICIES: dict[str, tuple[int, dict[str, Any], int, int]] = {
    "all": (5, {"catch_up": "all"}, DAY, 0),
    "all of the last hour": (15, {"catch_up": "all", "max_lateness": 3600}, 60, MADE_AHEAD),
    "latest": (60, {"catch_up": "latest"}, 1, MADE_AHEAD),
    "none": (60, {"catch_up": "none"}, 0, MADE_AHEAD),
    "what was there": (60, {}, MADE_AHEAD, 0),
}
"""For each policy: how many schedules have it, how it is said, and how many runs it promises to begin and to skip."""


def _counted() -> Transaction[list[Row]]:
    return (
        yield Statement(
            "SELECT deployment.name AS name, flow_run.state_type AS type, count(*) AS runs, "
            "count(DISTINCT flow_run.idempotency_key) AS dates FROM flow_run "
            "JOIN deployment ON deployment.id = flow_run.deployment_id "
            "WHERE flow_run.expected_start_time < ? GROUP BY deployment.name, flow_run.state_type",
            (timestamp_text(START + timedelta(minutes=DAY)),),
        )
    )


async def test_a_day_away_with_two_hundred_schedules_of_each_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each schedule gets exactly the runs that its policy promises, one for a date; what is skipped is still there."""
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME", "PT10M")
    with hold_clock(START) as clock:
        world = World(tmp_path / "prefect.db", clock)
        flow = world.write(lambda: create_flow(FlowCreate(name="a flow")))
        schedule = {"cron": "* * * * *"}
        promised: dict[str, tuple[int, int]] = {}
        for policy, (number, words, begin, skip) in POLICIES.items():
            for each in range(number):
                name = f"{policy} {each}"
                promised[name] = (begin, skip)
                body = {"name": name, "flow_id": flow.id, "schedules": [{"schedule": schedule, **words}]}
                world.write(lambda body=body: create_deployment(DeploymentCreate.model_validate(body)))
        assert len(promised) == 200
        await world.look(SCHEDULER)
        clock.advance(DAY * 60 - 30)
        for _ in range(2):  # looking again changes nothing
            await world.look(SCHEDULER)
            await world.look(LATE_RUNS)
        counted = world.read(_counted)
        world.database.close()
    assert all(row["runs"] == row["dates"] for row in counted)
    runs = Counter({(row["name"], row["type"]): row["runs"] for row in counted})
    seen = {name: (runs[name, "SCHEDULED"], runs[name, "CANCELLED"]) for name in promised}
    assert seen == promised
