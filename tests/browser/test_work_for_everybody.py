"""Deployments, work pools and limits with much in them, and their forms: for everybody, on every screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.browser.looking import Looking
from tests.browser.test_deployments import RICH
from tests.browser.test_work_pools import busy_pool
from tests.browser.worlds import a_run, move
from tests.integration.server.serving import Served

PHONE = 390


def busy_server(server: Served) -> dict[str, str]:
    """A server on which much goes on. Return the addresses that are looked at, by their names."""
    deployment = busy_pool(server)
    here = {"flow_id": deployment["flow_id"], "work_pool_name": "local"}
    rich = server.ask(
        "POST",
        "/deployments/",
        json={
            "name": "rich",
            "parameter_openapi_schema": RICH,
            "version": "2026.11.3-rc1",
            "concurrency_limit": 2,
            "description": "Loads **orders** of a day",
            "tags": ["prod", "daily"],
            "pull_steps": [{"prefect.deployments.steps.set_working_directory": {"directory": "/opt/flows"}}],
            "schedules": [
                {
                    "schedule": {"cron": "30 2 * * *", "timezone": "Asia/Tokyo"},
                    "slug": "night",
                    "catch_up": "latest",
                },
                {"schedule": {"interval": 900}, "active": False, "parameters": {"rows": 5}},
            ],
            **here,
        },
    )
    for number in range(14):
        run = a_run(server, rich, name=f"load-{number}", parameters={"rows": 1, "source": {"path": "a"}})
        since = datetime.now(UTC) - timedelta(hours=2 * number)
        scheduled = {"scheduled_time": since.isoformat()}
        move(server, run, "SCHEDULED", state_details=scheduled)
        move(server, run, "RUNNING")
        move(server, run, "FAILED" if number % 5 == 3 else "COMPLETED")
    server.ask("POST", f"/deployments/{rich['id']}/schedule")
    limit = server.ask("POST", "/v2/concurrency_limits/", json={"name": "database", "limit": 3})
    running = server.ask(
        "POST", "/flow_runs/filter", json={"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}
    )
    for run in running[:3]:
        holder = {"type": "flow_run", "id": run["id"]}
        body = {"names": ["database"], "slots": 1, "lease_duration": 300, "holder": holder}
        server.ask("POST", "/v2/concurrency_limits/increment-with-lease", json=body)
    server.ask(
        "POST", "/v2/concurrency_limits/", json={"name": "rate", "limit": 10, "slot_decay_per_second": 0.5}
    )
    server.ask("POST", "/concurrency_limits/", json={"tag": "gpu", "concurrency_limit": 4})
    return {
        "work pools": "/work-pools",
        "queues": "/work-pools/work-pool/local?tab=queues",
        "workers": "/work-pools/work-pool/local?tab=workers",
        "deployments": "/deployments",
        **{
            f"deployment {tab}": f"/deployments/deployment/{rich['id']}?tab={tab}"
            for tab in ("runs", "running", "upcoming", "schedules", "versions", "details")
        },
        "limits": "/concurrency-limits",
        "slots": f"/concurrency-limits?limit={limit['id']}",
    }


FORMS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "custom run": (
        "deployment runs",
        lambda page: page.get_by_role("button", name="Run", exact=True).click(),
    ),
    "change a deployment": (
        "deployment details",
        lambda page: (
            page.get_by_role("button", name="More to do").click(),
            page.get_by_role("menuitem", name="Change").click(),
        ),
    ),
    "schedule": (
        "deployment schedules",
        lambda page: page.get_by_role("button", name="Change Every day at 02:30 (Asia/Tokyo)").click(),
    ),
    "work pool": ("workers", lambda page: page.get_by_role("button", name="Change", exact=True).click()),
    "queue": ("queues", lambda page: page.get_by_role("button", name="New queue").click()),
    "limit": ("limits", lambda page: page.get_by_role("button", name="New limit", exact=True).click()),
}
"""Forms: on which page each is, and how it is opened."""


BUSY = (
    "queues",
    "workers",
    "deployments",
    "deployment running",
    "deployment upcoming",
    "deployment versions",
    "slots",
)
"""Pages that look otherwise when much is in them; the others are looked at by `test_every_page`."""

PARTS = 3


@pytest.mark.timeout(180)
@pytest.mark.parametrize("part", range(PARTS))
def test_busy_pages_and_forms_can_be_used_by_everybody(look: Looking, part: int) -> None:
    """With much in them too, pages and forms break no rule of WCAG 2.2 AA, light or dark, and fit on a phone."""
    pages = busy_server(look.server)
    wrong: dict[str, Any] = {}
    look.page.emulate_media(reduced_motion="reduce")
    views: dict[str, tuple[str, Callable[[Any], None]]] = {
        **{name: (pages[name], lambda _: None) for name in BUSY},
        **{name: (pages[place], act) for name, (place, act) in FORMS.items()},
    }
    for name, (path, opened) in list(views.items())[part::PARTS]:
        look.page.set_viewport_size({"width": 1360, "height": 880})
        look.page.emulate_media(color_scheme="light")
        with look.counting() as asked:
            look.at(path)
            look.page.locator("h1").first.wait_for()
            look.settled()
        if len(asked) > 6:
            wrong[f"{name}: requests"] = asked
        opened(look.page)
        look.settled()
        for scheme in ("light", "dark"):
            look.page.emulate_media(color_scheme=scheme)
            look.keep(f"busy-{name}-{scheme}")
            if found := look.violations(only_contrast=scheme == "dark"):
                wrong[f"{name}, {scheme}"] = found
        look.page.set_viewport_size({"width": PHONE, "height": 844})
        look.keep(f"busy-{name}-phone")
        if (width := look.page.evaluate("document.documentElement.scrollWidth")) > PHONE:
            wrong[f"{name}: width"] = width
    assert wrong == {}, json.dumps(wrong, indent=1)
