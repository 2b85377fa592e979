"""Deployments: started, changed, their schedules, versions and upcoming runs; concurrency limits."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from tests.browser.looking import Looking
from tests.browser.worlds import HOSTILE, a_run, deployed, move
from tests.integration.server.serving import Served

RICH: dict[str, Any] = {
    "type": "object",
    "title": "Parameters",
    "required": ["rows", "source"],
    "properties": {
        "rows": {"type": "integer", "title": "rows", "minimum": 1, "position": 0, "description": "How many."},
        "source": {"allOf": [{"$ref": "#/definitions/Source"}], "title": "source", "position": 1},
        "regions": {
            "type": "array",
            "items": {"enum": ["eu", "us", "ap"]},
            "title": "regions",
            "position": 2,
        },
        "limits": {
            "type": "array",
            "items": {"type": "integer", "maximum": 9},
            "title": "limits",
            "position": 3,
        },
        "since": {
            "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
            "title": "since",
            "position": 4,
        },
        "mode": {"anyOf": [{"type": "integer"}, {"type": "string"}], "title": "mode", "position": 5},
        "dry": {"type": "boolean", "title": "dry", "default": False, "position": 6},
        "code": {"type": "string", "pattern": "^[a-z]+$", "title": "code", "position": 7},
        "again": {"$ref": "#/definitions/Source", "title": "again", "position": 8},
    },
    "definitions": {
        "Source": {
            "type": "object",
            "title": "Source",
            "required": ["path"],
            "properties": {
                "path": {"type": "string", "title": "path"},
                "fallback": {"$ref": "#/definitions/Source", "title": "fallback"},
            },
        }
    },
}


def rich(server: Served, **fields: Any) -> dict[str, Any]:
    """A deployment whose parameters are of every kind."""
    given = {"parameter_openapi_schema": RICH, "parameters": {}, "schedules": [], **fields}
    return deployed(server, **given)


def runs_of(server: Served, deployment: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the runs of a deployment."""
    wanted = {"deployments": {"id": {"any_": [deployment["id"]]}}}
    return server.ask("POST", "/flow_runs/filter", json={**wanted, "sort": "START_TIME_ASC"})


def test_a_run_is_given_parameters_of_every_kind(look: Looking) -> None:
    """Lists, objects, times, choices and one of several kinds are fields; what does not fit is told at its field."""
    deployment = rich(look.server)
    page = look.at(f"/deployments/deployment/{deployment['id']}", "nightly")
    assert page.get_by_role("button", name="Quick run").is_disabled()
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Start the run").click()
    assert dialog.get_by_text("This is needed.").count() == 2
    dialog.get_by_label("rows").fill("3")
    dialog.get_by_label("path").fill("s3://bucket")
    dialog.get_by_role("button", name="eu", exact=True).click()
    dialog.get_by_role("button", name="ap", exact=True).click()
    for number in (5, 12):
        dialog.get_by_role("button", name="Add to limits").click()
        dialog.get_by_role("textbox", name=re.compile("^limits")).last.fill(str(number))
    dialog.get_by_text("It must be at most 9.").wait_for()
    dialog.get_by_role("textbox", name=re.compile("^limits 2")).fill("7")
    dialog.get_by_label("since").fill("2026-03-01T12:30:00")
    dialog.get_by_label("Kind of mode").select_option("Text")
    dialog.get_by_role("textbox", name="mode (optional)").fill("fast")
    dialog.get_by_label("dry").check()
    code = dialog.get_by_role("textbox", name="code (optional)")
    code.fill("A1")
    look.keep("custom-run-form")
    dialog.get_by_role("button", name="Start the run").click()
    dialog.locator(".wrong").get_by_text("does not match").wait_for()
    assert runs_of(look.server, deployment) == []
    code.fill("abc")
    dialog.get_by_role("button", name="Start the run").click()
    look.sees("is scheduled.")
    (run,) = runs_of(look.server, deployment)
    assert run["parameters"] == {
        "rows": 3,
        "source": {"path": "s3://bucket"},
        "regions": ["eu", "ap"],
        "limits": [5, 7],
        "since": "2026-03-01T11:30:00.000Z",
        "mode": "fast",
        "dry": True,
        "code": "abc",
    }


def test_a_run_is_written_as_json_with_name_time_tags_and_retries(look: Looking) -> None:
    """What was filled in is there as JSON and the other way round; the rest of a run is given beside it."""
    deployment = rich(look.server, parameters={"rows": 2})
    page = look.at(f"/deployments/deployment/{deployment['id']}", "nightly")
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("path").fill("a")
    dialog.get_by_role("button", name="JSON", exact=True).click()
    text = dialog.get_by_label("Parameters as JSON")
    assert '"path": "a"' in text.input_value()
    text.fill('{"rows": "many", "source": {"path": "b"}}')
    dialog.get_by_role("button", name="Form", exact=True).click()
    assert dialog.get_by_label("path").first.input_value() == "b"
    dialog.get_by_label("Start", exact=True).select_option("Later, in UTC")
    dialog.get_by_label("Time in UTC").fill("2030-01-02T03:04")
    dialog.get_by_text("Name, tags, retries").click()
    dialog.get_by_label("Name of the run").fill("by-hand")
    dialog.get_by_label("Tags").fill("urgent, manual")
    dialog.get_by_label("Retries", exact=True).fill("2")
    dialog.get_by_label("Job variables").fill('{"env": {"A": "1"}}')
    dialog.get_by_role("button", name="Start the run").click()
    dialog.locator(".wrong").get_by_text("is not of type").wait_for()
    dialog.get_by_label("rows").fill("4")
    dialog.get_by_role("button", name="Start the run").click()
    look.sees("by-hand is scheduled.")
    (run,) = runs_of(look.server, deployment)
    assert run["parameters"] == {"rows": 4, "source": {"path": "b"}}
    assert run["next_scheduled_start_time"].startswith("2030-01-02T03:04:00")
    assert {"urgent", "manual", "prod"} <= set(run["tags"])
    assert (run["empirical_policy"]["retries"], run["job_variables"]) == (2, {"env": {"A": "1"}})


def test_a_schema_that_makes_no_sense_is_still_a_form(look: Looking) -> None:
    """Whatever stands in a schema, the form is shown, nothing in it is executed, and a run can be started."""
    schema = {
        "type": "object",
        "properties": {
            HOSTILE: {
                "type": "string",
                "title": HOSTILE,
                "description": "<script>alert(1)</script>",
                "default": HOSTILE,
            },
            "odd": {"type": ["string", "integer"], "enum": "no", "items": 3, "title": {"a": 1}},
            "tree": {"$ref": "#/definitions/Tree"},
            "nothing": None,
        },
        "required": "tree",
        "definitions": {
            "Tree": {
                "type": "object",
                "properties": {"left": {"$ref": "#/definitions/Tree"}},
                "required": ["left"],
            }
        },
    }
    deployment = rich(look.server, parameter_openapi_schema=schema, enforce_parameter_schema=False)
    page = look.at(f"/deployments/deployment/{deployment['id']}", "nightly")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_text("<img src=x").first.wait_for()
    assert page.locator("dialog img").count() == 0
    look.keep("hostile-form")
    page.get_by_role("button", name="Start the run").click()
    look.sees("is scheduled.")


def test_an_upcoming_run_is_begun_now_skipped_and_brought_back(look: Looking) -> None:
    """A run that is to come can be left out and brought back, or begun at once."""
    deployment = deployed(look.server)
    look.server.ask("POST", f"/deployments/{deployment['id']}/schedule")
    page = look.at(f"/deployments/deployment/{deployment['id']}?tab=upcoming", "nightly")
    table = page.get_by_role("region", name="Upcoming runs")
    first = table.get_by_role("button", name=re.compile("^Skip ")).first
    name = (first.get_attribute("aria-label") or "").removeprefix("Skip ")
    first.click()
    table.get_by_role("link", name=name).wait_for(state="detached")
    page.get_by_role("button", name="Undo").click()
    table.get_by_role("link", name=name).wait_for()
    look.keep("upcoming")
    page.get_by_role("button", name=f"Run now: {name}").click()
    table.get_by_text("just now").wait_for()
    (run,) = [each for each in runs_of(look.server, deployment) if each["name"] == name]
    assert run["state_type"] == "SCHEDULED"
    assert run["next_scheduled_start_time"] < run["expected_start_time"] or run["state_name"] == "Scheduled"


def test_versions_are_told_with_how_their_runs_went(look: Looking) -> None:
    """Each version of a deployment has its runs, its share of completed ones, and leads to these runs."""
    deployment = deployed(look.server, schedules=[], version="1.0")
    for kind in ("COMPLETED", "COMPLETED", "FAILED"):
        move(look.server, a_run(look.server, deployment, name=f"old-{kind.lower()}"), kind)
    body = {"name": "nightly", "flow_id": deployment["flow_id"], "version": "2.0", "work_pool_name": "local"}
    look.server.ask("POST", "/deployments/", json=body)
    page = look.at(f"/deployments/deployment/{deployment['id']}?tab=versions", "nightly")
    old = page.get_by_role("row").filter(has_text="1.0")
    old.get_by_text("66.6%").wait_for()
    page.get_by_role("row").filter(has_text="2.0").get_by_text("none yet").wait_for()
    old.get_by_role("button", name="3 runs of 1.0").click()
    page.get_by_role("heading", name="Runs of 1.0").wait_for()
    page.get_by_role("link", name="old-failed").last.wait_for()
    look.keep("versions")
    page.reload()
    page.get_by_role("heading", name="Runs of 1.0").wait_for()


def test_a_deployment_is_changed(look: Looking) -> None:
    """Its description, tags, limit, parameters and job variables are a form, checked by the server."""
    deployment = rich(look.server)
    page = look.at(f"/deployments/deployment/{deployment['id']}?tab=details", "nightly")
    page.get_by_role("button", name="More to do").click()
    page.get_by_role("menuitem", name="Change").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Description").fill("Loads **all**")
    dialog.get_by_label("Tags").fill("prod, daily")
    dialog.get_by_label("Runs at once").fill("2")
    dialog.get_by_label("When all slots are taken").select_option("More runs are cancelled")
    dialog.get_by_label("Execute lost runs again").fill("3")
    dialog.get_by_label("rows").fill("8")
    dialog.get_by_label("Job variables").fill('{"env": {"A": "b"}}')
    look.keep("deployment-form")
    dialog.get_by_role("button", name="Keep").click()
    look.sees("2, 0 in use")
    look.sees("at most 3 times")
    changed = look.server.ask("GET", f"/deployments/{deployment['id']}")
    assert (changed["description"], sorted(changed["tags"])) == ("Loads **all**", ["daily", "prod"])
    assert changed["parameters"] == {"rows": 8}
    assert changed["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert (changed["infrastructure_retries"], changed["job_variables"]) == (3, {"env": {"A": "b"}})


def test_a_schedule_has_a_slug_parameters_and_what_becomes_of_missed_dates(look: Looking) -> None:
    """All that a schedule knows is written in the editor, told in a line, and brought back after it was deleted."""
    deployment = deployed(look.server)
    page = look.at(f"/deployments/deployment/{deployment['id']}?tab=schedules", "nightly")
    page.get_by_role("button", name=re.compile("^Change Every day")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Slug").fill("at-night")
    dialog.get_by_label("Dates that were missed").select_option("Only the latest of them runs")
    dialog.get_by_label("Give up a run that is later than").fill("2")
    dialog.get_by_label("Lateness in").select_option("hours")
    dialog.get_by_label("Parameters of its runs").fill('{"rows": 9}')
    look.keep("schedule-editor")
    dialog.get_by_role("button", name="Keep").click()
    line = 'at-night · of missed dates the latest runs · given up when more than 2h late · with {"rows":9}'
    look.sees(line)
    page.get_by_role("button", name=re.compile("^Delete Every day")).click()
    look.sees("It runs only when somebody starts it")
    page.get_by_role("button", name="Undo").click()
    look.sees(line)
    (schedule,) = look.server.ask("GET", f"/deployments/{deployment['id']}/schedules")
    assert (schedule["slug"], schedule["catch_up"], schedule["max_lateness"]) == (
        "at-night",
        "latest",
        7200.0,
    )
    assert schedule["parameters"] == {"rows": 9}


def test_who_executes_the_runs_of_a_served_deployment_is_told(look: Looking) -> None:
    """A runner that serves a flow stands on the page of the deployment with the runs that it holds."""
    deployment = deployed(look.server, schedules=[])
    run = a_run(look.server, deployment, name="served-run")
    owner = f"runner 'laptop' on here (77, {uuid4()})"
    look.server.ask("POST", f"/flow_runs/{run['id']}/claim", json={"owner": owner, "lease_seconds": 600})
    page = look.at(f"/deployments/deployment/{deployment['id']}?tab=running", "nightly")
    runs = page.get_by_role("list", name="Runs of runner laptop (on here, process 77)")
    runs.get_by_role("link", name="served-run").wait_for()
    runs.get_by_text("fence 1").wait_for()


def test_the_list_shows_what_needs_attention_first(look: Looking) -> None:
    """Late and failing deployments stand above the others, with bars of their runs; the order is in the address."""
    fine = deployed(look.server, "a-fine-one", schedules=[])
    also = {"flow_id": fine["flow_id"], "work_pool_name": "local"}
    failing = look.server.ask("POST", "/deployments/", json={"name": "b-failing", "tags": ["dev"], **also})
    late = look.server.ask("POST", "/deployments/", json={"name": "c-late", **also})
    for deployment, kind in ((fine, "COMPLETED"), (failing, "COMPLETED"), (failing, "FAILED")):
        move(look.server, a_run(look.server, deployment), kind)
    move(
        look.server,
        a_run(look.server, late),
        "SCHEDULED",
        "Late",
        state_details={"scheduled_time": "2026-01-01T00:00:00Z"},
    )
    page = look.at("/deployments", "Deployments")
    page.get_by_role("row").filter(has_text="c-late").get_by_text("1 late").wait_for()
    names = page.locator("tbody tr td:first-child a").all_inner_texts()
    assert names == ["c-late", "b-failing", "a-fine-one"]
    bars = page.get_by_role("link", name="Latest runs: 1 completed, 1 failed")
    assert bars.locator("i").count() == 2
    look.keep("deployments-attention")
    page.get_by_label("Order").select_option("Name")
    page.locator("tbody tr").first.get_by_role("link", name="a-fine-one").wait_for()
    page.get_by_role("button", name="#dev").click()
    page.get_by_role("link", name="c-late").wait_for(state="detached")
    assert "tag=dev" in page.url
    assert "sort=NAME" in page.url


def test_a_slot_tells_its_holder_by_name_and_who_waits(look: Looking) -> None:
    """Holder and who waits are told by name with links; freeing a slot is asked for, with what it means."""
    deployment = deployed(look.server, schedules=[], concurrency_limit=1)
    holding, waiting = (a_run(look.server, deployment, name=name) for name in ("holding", "waiting"))
    look.server.ask(
        "POST", f"/flow_runs/{holding['id']}/claim", json={"owner": "somebody", "lease_seconds": 600}
    )
    move(look.server, holding, "RUNNING")
    move(look.server, waiting, "SCHEDULED", "AwaitingConcurrencySlot")
    limit = look.server.ask("POST", "/v2/concurrency_limits/", json={"name": "database", "limit": 2})
    taken = {
        "names": ["database"],
        "slots": 1,
        "lease_duration": 300,
        "holder": {"type": "flow_run", "id": holding["id"]},
    }
    look.server.ask("POST", "/v2/concurrency_limits/increment-with-lease", json=taken)
    page = look.at("/concurrency-limits", "Concurrency")
    page.get_by_role("button", name="Holders of nightly").click()
    page.get_by_role("region", name="Waiting").get_by_role("link", name="waiting").wait_for()
    look.keep("slots-of-a-deployment")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Holders of database").click()
    held = page.get_by_role("region", name="Held by")
    held.get_by_role("link", name="holding").wait_for()
    assert limit["id"] in page.url
    held.get_by_role("button", name="Free the slots of holding").click()
    page.get_by_text("The run goes on without it").wait_for()
    page.get_by_role("button", name="Free it").click()
    look.sees("Nobody holds a slot.")


def test_limits_are_made_changed_turned_off_deleted_and_brought_back(look: Looking) -> None:
    """A limit of a name and one of a tag, from the first to the last."""
    page = look.at("/concurrency-limits", "Concurrency")
    page.get_by_role("button", name="New limit", exact=True).click()
    page.get_by_label("Name").fill("rate")
    page.get_by_label("Slots", exact=True).fill("10")
    page.get_by_label("Slots that come free each second").fill("0.5")
    page.get_by_role("button", name="Make", exact=True).click()
    look.sees("0.5 each second")
    page.get_by_role("button", name="New limit of a tag").click()
    page.get_by_role("textbox", name="Tag").fill("db")
    page.get_by_role("button", name="Make", exact=True).click()
    page.get_by_role("button", name="Change db").click()
    page.get_by_label("Slots", exact=True).fill("4")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("region", name="Limits of tags", exact=True).get_by_text("0 of 4").wait_for()
    page.get_by_role("switch", name="rate holds").click()
    page.get_by_text("off", exact=True).wait_for()
    page.get_by_role("button", name="Delete rate").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    look.sees("0 of 10")
    assert {each["name"] for each in look.server.ask("POST", "/v2/concurrency_limits/filter", json={})} == {
        "rate",
        "tag:db",
    }
