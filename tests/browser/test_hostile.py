"""Whatever people write, wherever it is shown: nothing of it runs, and the page stays as wide as it is."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from prefect import flow
from prefect._clock import now
from prefect.artifacts import create_progress_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties, materialize
from tests.browser.looking import Looking
from tests.browser.worlds import HOSTILE, a_run, deployed, hostile
from tests.integration.server.serving import Served

SCRIPT = "<script>alert(1)</script>"
SVG = "<svg onload=alert(2)><a href='javascript:alert(3)'>x</a></svg>"
LINK = "[click](javascript:alert(4)) ![p](http://elsewhere.example/p.png)"
COLOURS = "\x1b[31mred\x1b[0m \x1b]8;;javascript:alert(5)\x07link\x1b]8;;\x07"
TURNED = "\u202egnp.exe\u2066\u200f"
LONG = "W" * 100_000
ALL = f"{SCRIPT}{SVG}{LINK}{COLOURS}{TURNED}"

PHONE, DESK = 390, 1360

HARMFUL = (
    "main script, main iframe, main object, main embed, main img, [onload], [onerror], [onclick], "
    "a[href^='javascript' i], a[href^='data' i], [srcdoc], main svg a"
)
HIDDEN_SIGNS = r"/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u001b]/"


@materialize(
    Asset(
        key="s3://bad/" + "k" * 500,
        properties=AssetProperties(
            name=ALL, url="javascript:alert(6)", description=f"{ALL} {LINK}", owners=[ALL, LONG[:200]]
        ),
    ),
    asset_deps=["s3://" + "d" * 500],
    by=ALL[:200],
)
def make() -> None:
    """Make an asset with a hostile name."""


@flow(name=f"javascript:alert(9) {TURNED}", flow_run_name=HOSTILE)
def made() -> None:
    """Make what is left to look at."""
    make()
    create_progress_artifact(50, key="bad-progress", description=ALL)
    row: dict[str, Any] = {SCRIPT: ALL, "link": "javascript:alert(7)"}
    create_table_artifact(
        [{**row, "long": LONG}, *[row] * 700], key="bad-large-table", description=LONG[:5000]
    )


def posted(server: Served) -> dict[str, str]:
    """Fill the server with hostile things of all kinds, and return the addresses of the pages that show them."""
    run = hostile(return_state=True).state_details.flow_run_id
    other = made(return_state=True).state_details.flow_run_id
    ask = server.ask
    name = f"{SCRIPT}{TURNED}"
    deployment = deployed(
        server,
        "\u202egnp." + "x" * 150,
        description=f"{ALL} {LINK}",
        tags=[SCRIPT, "y" * 200, TURNED],
        version=name,
        entrypoint=f"{ALL[:100]}:flow",
        parameters={"rows": 1, "region": ALL, "long": LONG},
        enforce_parameter_schema=False,
        parameter_openapi_schema={
            "type": "object",
            "properties": {
                "rows": {"type": "integer", "title": SCRIPT, "description": ALL, "default": 1},
                SVG: {"type": "string", "title": LONG[:500], "enum": [ALL, TURNED]},
                "odd": {"$ref": "#/definitions/none", "anyOf": "<b>", "properties": 5},
            },
        },
    )
    waiting = a_run(server, deployment, name=HOSTILE, parameters={"rows": 1, "region": ALL})
    ask(
        "POST",
        f"/flow_runs/{waiting['id']}/set_state",
        json={"state": {"type": "FAILED", "name": name[:200], "message": ALL + LONG[:20000]}, "force": True},
    )
    pool = ask(
        "POST", "/work_pools/", json={"name": "bad pool", "type": "process", "description": f"{ALL} {LINK}"}
    )
    ask("POST", f"/work_pools/{pool['name']}/queues", json={"name": f"{TURNED}queue", "description": ALL})
    worker = {"name": f"{SVG}{TURNED}", "heartbeat_interval_seconds": 30}
    ask("POST", f"/work_pools/{pool['name']}/workers/heartbeat", json=worker)
    ask(
        "POST",
        "/variables/",
        json={"name": "bad", "value": {ALL: [ALL, LONG[:4000]]}, "tags": [ALL[:100], TURNED]},
    )
    ask("POST", "/v2/concurrency_limits/", json={"name": "bad-limit", "limit": 1})
    ask("POST", "/concurrency_limits/", json={"tag": f"{SCRIPT}{TURNED}", "concurrency_limit": 1})
    block_type = ask(
        "POST",
        "/block_types/",
        json={
            "name": f"Bad {TURNED}",
            "slug": "bad",
            "description": f"{ALL} {LINK}",
            "code_example": f"{SCRIPT}\n{LONG}",
            "documentation_url": "javascript:alert(9)",
            "logo_url": "http://elsewhere.example/logo.svg",
        },
    )
    fields = {
        "type": "object",
        "title": SCRIPT,
        "properties": {"value": {"title": ALL, "description": LONG[:3000]}, SVG: {"type": "string"}},
    }
    schema = ask("POST", "/block_schemas/", json={"fields": fields, "block_type_id": block_type["id"]})
    ask(
        "POST",
        "/block_documents/",
        json={
            "name": "bad-block",
            "data": {"value": {ALL: LONG}, SVG: ALL},
            "block_type_id": block_type["id"],
            "block_schema_id": schema["id"],
        },
    )
    automation = ask(
        "POST",
        "/automations/",
        json={
            "name": ALL[:200],
            "description": ALL,
            "trigger": {"type": "event", "posture": "Reactive", "expect": [ALL[:200]], "threshold": 1},
            "actions": [{"type": "do-nothing"}],
        },
    )
    event = {
        "id": str(uuid4()),
        "occurred": now().isoformat(),
        "event": f"bad.{SCRIPT}{TURNED}",
        "resource": {"prefect.resource.id": f"bad.{SVG}", "prefect.resource.name": ALL, ALL[:60]: LONG[:900]},
        "related": [{"prefect.resource.id": f"{TURNED}", "prefect.resource.role": SCRIPT}],
        "payload": {ALL: [LONG, ALL], "link": "javascript:alert(8)"},
    }
    ask("POST", "/events", json=[event])
    tasks = ask("POST", "/task_runs/filter", json={"limit": 1})
    artifacts = ask("POST", "/artifacts/filter", json={})
    at = f"/deployments/deployment/{deployment['id']}"
    a_pool = f"/work-pools/work-pool/{pool['name']}"
    return {
        "dashboard": "/dashboard",
        "runs": "/runs",
        **{
            f"run {tab}": f"/runs/flow-run/{run}?tab={tab}"
            for tab in ("logs", "tasks", "graph", "details", "states", "artifacts")
        },
        "other run": f"/runs/flow-run/{other}?tab=tasks",
        "failed run": f"/runs/flow-run/{waiting['id']}",
        "failed run, details": f"/runs/flow-run/{waiting['id']}?tab=details",
        "task run": f"/runs/task-run/{tasks[0]['id']}",
        "compare": f"/runs/compare?a={run}&b={waiting['id']}",
        "flows": "/flows",
        "flow": f"/flows/flow/{deployment['flow_id']}",
        "deployments": "/deployments",
        "deployment": at,
        **{f"deployment, {tab}": f"{at}?tab={tab}" for tab in ("schedules", "details", "runs", "versions")},
        "work pools": "/work-pools",
        "work pool": a_pool,
        **{f"work pool, {tab}": f"{a_pool}?tab={tab}" for tab in ("queues", "workers", "details")},
        "events": "/events",
        "event": f"/events/{event['id']}",
        "automations": "/automations",
        "automation": f"/automations/automation/{automation['id']}",
        "edit automation": f"/automations/automation/{automation['id']}/edit",
        "artifacts": "/artifacts",
        **{f"artifact {each['key']}": f"/artifacts/artifact/{each['id']}" for each in artifacts},
        "assets": "/assets",
        "asset": f"/assets/asset?key=s3://bad/{'k' * 500}",
        "variables": "/variables",
        "blocks": "/blocks",
        "limits": "/concurrency-limits",
        "searched": "/runs?q=%3Cscript%3Ealert(9)%3C%2Fscript%3E",
    }


@pytest.mark.timeout(300)
def test_nothing_that_people_wrote_is_believed_on_any_page(look: Looking) -> None:
    """Scripts, pictures, odd links, turned signs and endless lines are shown as text, on a desk and on a phone."""
    alerts: list[str] = []
    page = look.page
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    wrong: dict[str, object] = {}
    refused: list[str] = []
    page.on(
        "response", lambda answer: answer.status >= 400 and refused.append(f"{answer.status} {answer.url}")
    )
    for name, path in posted(look.server).items():
        page.set_viewport_size({"width": DESK, "height": 880})
        look.at(path)
        page.locator("h1").first.wait_for()
        look.settled()
        if found := page.locator(HARMFUL).evaluate_all(
            "all => all.map(each => each.outerHTML.slice(0, 200))"
        ):
            wrong[f"{name}: harmful"] = found
        if page.evaluate(f"{HIDDEN_SIGNS}.test(document.body.innerText)"):
            wrong[f"{name}: hidden signs"] = page.evaluate(
                f"(document.body.innerText.match(/.{{0,40}}{HIDDEN_SIGNS[1:-1]}.{{0,20}}/) ?? [])[0]"
            )
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 880})
            if width == PHONE:
                look.keep(f"hostile {name}")
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                wrong[f"{name}: width at {width}"] = wide
        if refused:
            wrong[f"{name}: refused"] = refused[:]
            refused.clear()
    assert alerts == []
    assert wrong == {}, json.dumps(wrong, indent=1)


def test_names_that_turn_or_run_are_read_as_they_are(look: Looking) -> None:
    """A name with signs that nobody sees shows a dot for each, and its tags of HTML are read as text."""
    run = hostile(return_state=True).state_details.flow_run_id
    look.at(f"/runs/flow-run/{run}")
    look.sees("<script>alert(1)</script> red ·abc")
    assert "<img src=x onerror=alert(1)>·gnp.exe" in look.page.locator("h1").inner_text()
