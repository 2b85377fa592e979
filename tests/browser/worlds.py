"""What there is on a server to look at: runs, deployments, work pools and the rest."""

from __future__ import annotations

from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from tests.browser.warehouse import ORDERS, warehouse
from tests.integration.server.serving import Served

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.exe"
"""A name that would do harm on a page that believed it."""

SCHEMA = {
    "type": "object",
    "title": "Parameters",
    "required": ["rows"],
    "properties": {
        "rows": {"type": "integer", "title": "rows", "minimum": 1, "position": 0},
        "region": {"enum": ["eu", "us"], "title": "region", "default": "eu", "position": 1},
    },
}


@task
def double(number: int) -> int:
    """Return twice the number, and say so."""
    get_run_logger().info("doubled %d", number)
    return 2 * number


@task
def check(number: int) -> int:
    """Fail above 4."""
    if number > 4:
        raise ValueError(f"{number} is too many")
    return number


@flow(name="orders")
def orders(rows: int = 3) -> int:
    """Double some numbers; above 4 the check fails."""
    logger = get_run_logger()
    logger.warning("the warehouse is slow")
    numbers = [double(number) for number in range(rows)]
    create_table_artifact(
        [{"row": number} for number in numbers], key="doubled", description="What was doubled"
    )
    create_markdown_artifact("# Done\n\n**All** of it", key="report")
    return check(rows)


@flow(name="hostile", flow_run_name=HOSTILE, log_prints=True)
def hostile() -> None:
    """Leave everything that a page should not believe."""
    print("<script>alert(1)</script> \x1b[31mred\x1b[0m \u202eabc")
    print("L" * 1_000_000)
    create_markdown_artifact(
        "<script>alert(1)</script> [x](javascript:alert(1)) ![p](http://elsewhere.example/p.png) <svg onload=alert(1)>",
        key="bad",
    )
    create_link_artifact("javascript:alert(1)", key="bad-link", link_text="click")
    create_table_artifact([{"<b>a</b>": "<script>alert(1)</script>"}], key="bad-table")


def deployed(server: Served, name: str = "nightly", **fields: Any) -> dict[str, Any]:
    """Store a deployment of a flow with two parameters, on a work pool."""
    server.ask("POST", "/work_pools/", json={"name": "local", "type": "process"})
    flow_id = server.ask("POST", "/flows/", json={"name": "orders"})["id"]
    return server.ask(
        "POST",
        "/deployments/",
        json={
            "name": name,
            "flow_id": flow_id,
            "work_pool_name": "local",
            "parameter_openapi_schema": SCHEMA,
            "enforce_parameter_schema": True,
            "parameters": {"rows": 2},
            "tags": ["prod"],
            "schedules": [{"schedule": {"cron": "30 2 * * *", "timezone": "Europe/Berlin"}, "slug": "night"}],
            **fields,
        },
    )


def a_run(server: Served, deployment: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Create a run of a deployment."""
    return server.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", json=fields)


def move(server: Served, run: dict[str, Any], kind: str, name: str | None = None, **details: Any) -> None:
    """Bring a run into a state, whatever it was in."""
    state = {"type": kind, "name": name, **details}
    server.ask("POST", f"/flow_runs/{run['id']}/set_state", json={"state": state, "force": True})


def everything(server: Served) -> dict[str, str]:
    """Fill a server with one of everything, and return the addresses of all pages by their names."""
    done = orders(3, return_state=True)
    failed = orders(5, return_state=True)
    warehouse(return_state=True)
    run, other = done.state_details.flow_run_id, failed.state_details.flow_run_id
    deployment = deployed(server, description="Loads **orders**")
    late = a_run(server, deployment, name="waiting")
    move(server, late, "SCHEDULED", "Late", state_details={"scheduled_time": "2026-01-01T00:00:00Z"})
    server.ask("POST", "/block_types/install_system_block_types")
    server.ask("POST", "/variables/", json={"name": "region", "value": {"a": [1, 2]}, "tags": ["x"]})
    limit = server.ask("POST", "/v2/concurrency_limits/", json={"name": "database", "limit": 2})
    server.ask("POST", "/concurrency_limits/", json={"tag": "db", "concurrency_limit": 1})
    server.ask(
        "POST",
        "/work_pools/local/workers/heartbeat",
        json={"name": "worker-a", "heartbeat_interval_seconds": 30},
    )
    trigger = {"type": "event", "posture": "Reactive", "expect": ["prefect.flow-run.Failed"], "threshold": 1}
    automation = server.ask(
        "POST",
        "/automations/",
        json={
            "name": "Tell of failures",
            "trigger": {**trigger, "match": {"prefect.resource.id": "prefect.flow-run.*"}},
            "actions": [{"type": "pause-deployment", "deployment_id": deployment["id"]}],
        },
    )
    tasks = server.ask("POST", "/task_runs/filter", json={"limit": 1})
    artifacts = server.ask("POST", "/artifacts/filter", json={"sort": "KEY_ASC"})
    events = server.ask(
        "POST", "/events/filter", json={"filter": {"event": {"prefix": ["prefect.flow-run."]}}, "limit": 1}
    )["events"]
    return {
        "dashboard": "/dashboard",
        "runs": "/runs",
        "durations": "/runs?chart=durations",
        "runs by parameter": "/runs?param=rows%3D3&flow=orders&tag=none&since=2026-01-01T00:00:00Z",
        "run": f"/runs/flow-run/{run}",
        "failed run": f"/runs/flow-run/{other}",
        "run, by task": f"/runs/flow-run/{other}?by=task&bar_state=FAILED",
        "run, task runs": f"/runs/flow-run/{run}?tab=tasks",
        "run, graph": f"/runs/flow-run/{run}?tab=graph",
        "run, details": f"/runs/flow-run/{run}?tab=details",
        "run, states": f"/runs/flow-run/{run}?tab=states",
        "run, results": f"/runs/flow-run/{run}?tab=results",
        "run, artifacts": f"/runs/flow-run/{run}?tab=artifacts",
        "run, errors of a task": f"/runs/flow-run/{other}?level=error&task=all:double",
        "run that waits": f"/runs/flow-run/{late['id']}",
        "task run": f"/runs/task-run/{tasks[0]['id']}",
        "task run, details": f"/runs/task-run/{tasks[0]['id']}?tab=details",
        "task run, states": f"/runs/task-run/{tasks[0]['id']}?tab=states",
        "compare": f"/runs/compare?a={run}&b={other}",
        "compare, by task": f"/runs/compare?a={run}&b={other}&by=task&sort=start",
        "flows": "/flows",
        "flow": f"/flows/flow/{deployment['flow_id']}",
        "deployments": "/deployments",
        "deployment": f"/deployments/deployment/{deployment['id']}",
        "deployment, schedules": f"/deployments/deployment/{deployment['id']}?tab=schedules",
        "deployment, details": f"/deployments/deployment/{deployment['id']}?tab=details",
        "deployment, upcoming": f"/deployments/deployment/{deployment['id']}?tab=upcoming",
        "deployment, running": f"/deployments/deployment/{deployment['id']}?tab=running",
        "deployment, versions": f"/deployments/deployment/{deployment['id']}?tab=versions",
        "work pools": "/work-pools",
        "work pool": "/work-pools/work-pool/local",
        "queues": "/work-pools/work-pool/local?tab=queues",
        "workers": "/work-pools/work-pool/local?tab=workers",
        "work pool, details": "/work-pools/work-pool/local?tab=details",
        "new work pool": "/work-pools?new=yes",
        "events": "/events",
        "event": f"/events/{events[0]['id']}",
        "automations": "/automations",
        "automation": f"/automations/automation/{automation['id']}",
        "new automation": "/automations/create?template=run-long",
        "automation, form": f"/automations/automation/{automation['id']}/edit",
        "automation, json": f"/automations/automation/{automation['id']}/edit?tab=json",
        "artifacts": "/artifacts",
        "artifact": f"/artifacts/artifact/{artifacts[0]['id']}",
        "assets": "/assets",
        "asset": f"/assets/asset?key={ORDERS.key}",
        "variables": "/variables",
        "new variable": "/variables?new=yes",
        "blocks": "/blocks",
        "new block": "/blocks?new=yes",
        "concurrency": "/concurrency-limits",
        "concurrency, slots": f"/concurrency-limits?limit={limit['id']}",
        "settings": "/settings",
    }
