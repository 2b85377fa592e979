"""Work pools: who is alive and runs what, why a queue is stuck, how pools and queues are made and changed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from prefect.server.api.application import Application
from prefect.settings import get_current_settings
from tests.browser.conftest import looking_at
from tests.browser.looking import Looking
from tests.browser.worlds import HOSTILE, a_run, deployed, move
from tests.integration.server.serving import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OWNER = "worker {name!r} on build-{number} (41{number}, 0190abcd-0000-7000-8000-00000000000{number})"


def heartbeat(server: Served, name: str) -> None:
    """Let a worker tell of itself."""
    body = {"name": name, "heartbeat_interval_seconds": 30}
    server.ask("POST", "/work_pools/local/workers/heartbeat", json=body)


def taken(server: Served, deployment: dict[str, Any], name: str, owner: str) -> dict[str, Any]:
    """Let somebody take a run of a deployment and begin it."""
    run = a_run(server, deployment, name=name)
    claim = server.ask("POST", f"/flow_runs/{run['id']}/claim", json={"owner": owner, "lease_seconds": 3600})
    assert claim["claim"] is not None
    move(server, run, "RUNNING")
    return run


def busy_pool(server: Served) -> dict[str, Any]:
    """A pool with two workers that run something, three queues, and runs that wait in one that is paused."""
    deployment = deployed(server, schedules=[])
    for name, more in (
        ("urgent", {"concurrency_limit": 2}),
        ("slow", {"is_paused": True, "description": "At night"}),
    ):
        server.ask("POST", "/work_pools/local/queues", json={"name": name, **more})
    yearly = {
        "name": "yearly",
        "flow_id": deployment["flow_id"],
        "work_pool_name": "local",
        "work_queue_name": "slow",
    }
    slow = server.ask("POST", "/deployments/", json=yearly)
    for number, name in enumerate(("build-a", "build-b"), 1):
        heartbeat(server, name)
        for count in range(number):
            taken(server, deployment, f"load-{number}{count}", OWNER.format(name=name, number=number))
    taken(server, deployment, "in-a-container", "box 99 0190abcd-0000-7000-8000-000000000009")
    for count in range(3):
        run = a_run(server, slow, name=f"report-{count}")
        since = datetime.now(UTC) - timedelta(hours=2, minutes=count)
        move(server, run, "SCHEDULED", "Late", state_details={"scheduled_time": since.isoformat()})
    return deployment


def test_each_worker_tells_what_it_runs(look: Looking) -> None:
    """Under each worker stand the runs that it holds, with the number of the claim; others stand apart."""
    busy_pool(look.server)
    page = look.at("/work-pools/work-pool/local?tab=workers", "local")
    runs = page.get_by_role("list", name="Runs of build-b")
    runs.get_by_role("link", name="load-20").wait_for()
    assert runs.get_by_role("listitem").count() == 2
    runs.get_by_text("fence 1").first.wait_for()
    others = page.get_by_role("list", name="Runs in other hands")
    others.get_by_text("its own process (on box, process 99)").wait_for()
    look.keep("workers-busy")
    runs.get_by_role("link", name="load-21").click()
    page.wait_for_url(re.compile("/runs/flow-run/"))


def test_a_stuck_queue_says_why_and_goes_on_when_it_is_resumed(look: Looking) -> None:
    """The queue tells the real cause for the run that waits longest, with a link; resumed, the cause is gone."""
    busy_pool(look.server)
    page = look.at("/work-pools/work-pool/local?tab=queues", "local")
    row = page.get_by_role("row").filter(has_text="slow")
    row.get_by_text("Work queue 'slow' of work pool 'local' is paused.").wait_for()
    row.get_by_text("3 late").wait_for()
    row.get_by_role("link", name="report-2").wait_for()
    look.keep("queues-busy")
    page.get_by_role("switch", name="slow gives out runs").click()
    page.get_by_text("Work queue 'slow' of work pool 'local' is paused.").wait_for(state="detached")
    row.get_by_role("link", name="report-2").click()
    page.get_by_role("heading", level=1, name="report-2").wait_for()


def test_queues_are_made_ordered_changed_and_deleted(look: Looking) -> None:
    """A queue gets a place and a limit, is moved to the front, and is deleted after the person was asked."""
    deployed(look.server, schedules=[])
    page = look.at("/work-pools/work-pool/local?tab=queues", "local")
    page.get_by_role("button", name="New queue").click()
    page.get_by_label("Name").fill("urgent")
    page.get_by_label("Runs at once").fill("x")
    page.get_by_text("A whole number is needed.").wait_for()
    page.get_by_label("Runs at once").fill("2")
    page.get_by_role("button", name="Make", exact=True).click()
    page.get_by_role("row").filter(has_text="urgent").get_by_text("0 of 2").wait_for()
    page.get_by_role("button", name="urgent earlier").click()
    page.locator("tbody tr").first.get_by_text("urgent").wait_for()
    order = {each["name"]: each["priority"] for each in queues(look.server)}
    assert order["urgent"] < order["default"]
    page.get_by_role("button", name="More to do with urgent").click()
    page.get_by_role("menuitem", name="Change").click()
    page.get_by_label("Runs at once").fill("5")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("row").filter(has_text="urgent").get_by_text("0 of 5").wait_for()
    page.get_by_role("button", name="More to do with urgent").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_role("row").filter(has_text="urgent").wait_for(state="detached")
    assert [each["name"] for each in queues(look.server)] == ["default"]


def queues(server: Served) -> list[dict[str, Any]]:
    """Return the queues of the pool."""
    return server.ask("POST", "/work_pools/local/queues/filter", json={})


def test_a_pool_is_made_with_its_template_and_changed_as_json(look: Looking) -> None:
    """The variables of the template are a form, and all of it is JSON; both are kept."""
    page = look.at("/work-pools?new=yes", "Work pools")
    page.get_by_label("Name", exact=True).first.fill("cluster")
    page.get_by_label("Type").select_option("Process")
    page.get_by_role("textbox", name="command (optional)").fill("python -m prefect.flow_engine")
    look.keep("pool-form")
    page.get_by_role("button", name="Make", exact=True).click()
    page.get_by_role("link", name="cluster").click()
    page.get_by_role("heading", level=1, name="cluster").wait_for()
    look.sees("No worker looks after this pool")
    look.sees("prefect worker start --pool cluster")
    pool = look.server.ask("GET", "/work_pools/cluster")
    assert (
        pool["base_job_template"]["variables"]["properties"]["command"]["default"]
        == "python -m prefect.flow_engine"
    )
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_label("Description").fill("Big machines")
    page.get_by_role("button", name="JSON", exact=True).click()
    template = page.get_by_label("Base job template as JSON")
    template.fill("{")
    page.get_by_text("This is not JSON").wait_for()
    assert page.get_by_role("button", name="Keep").is_disabled()
    variables = {"properties": {"command": {"type": "string"}}}
    template.fill(json.dumps({"job_configuration": {"command": "{{ command }}"}, "variables": variables}))
    page.get_by_role("button", name="Keep").click()
    look.sees("The work pool is changed.")
    pool = look.server.ask("GET", "/work_pools/cluster")
    assert pool["base_job_template"]["variables"] == variables
    assert pool["description"] == "Big machines"


def test_a_worker_that_is_gone_is_forgotten(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that fell silent are told as offline and can be taken off the list."""
    for name, value in (("LOOP_SECONDS", "0.5"), ("INACTIVITY_HEARTBEAT_MULTIPLE", "1")):
        monkeypatch.setenv(f"PREFECT_SERVER_SERVICES_FOREMAN_{name}", value)
    application = Application(get_current_settings(), runs_services=True)
    with serving(application) as served, looking_at(browser, served, "gone-worker") as look:
        served.ask("POST", "/work_pools/", json={"name": "local", "type": "process"})
        body = {"name": "old", "heartbeat_interval_seconds": 1}
        served.ask("POST", "/work_pools/local/workers/heartbeat", json=body)
        page = look.at("/work-pools/work-pool/local?tab=workers", "local")
        page.get_by_text("Offline", exact=True).wait_for()
        page.get_by_role("button", name="Forget old").click()
        look.sees("No worker has been here")


def test_hostile_names_are_only_text(look: Looking) -> None:
    """Pools, queues and workers with names and texts that would do harm are shown as what they are."""
    deployed(look.server, schedules=[])
    heartbeat(look.server, HOSTILE)
    look.server.ask("PATCH", "/work_pools/local", json={"description": HOSTILE * 20})
    page = look.at("/work-pools/work-pool/local?tab=workers", "local")
    page.get_by_text("<img src=x").first.wait_for()
    assert page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
