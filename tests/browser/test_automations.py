"""Automations: made from a template, a form, JSON or an event; changed, copied, turned off and deleted."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.looking import Looking
from tests.browser.worlds import deployed, orders

MAKE = "Make the automation"
KEEP = "Keep the changes"


def stored(look: Looking) -> list[dict[str, Any]]:
    """Return the automations that the server has."""
    return look.server.ask("POST", "/automations/filter", json={})


def made(look: Looking, name: str = "Watch", **fields: Any) -> dict[str, Any]:
    """Store an automation that waits for failed runs."""
    match = {"prefect.resource.id": "prefect.flow-run.*"}
    trigger = {"type": "event", "posture": "Reactive", "expect": ["prefect.flow-run.Failed"], "match": match}
    body = {"name": name, "trigger": trigger, "actions": [{"type": "do-nothing"}], **fields}
    return look.server.ask("POST", "/automations/", json=body)


def pick(page: Page, field: str, text: str, option: str | None = None) -> None:
    """Choose something that a field offers when a text is written in it."""
    page.get_by_role("combobox", name=field, exact=True).fill(text)
    page.get_by_role("option", name=option or text, exact=True).first.click()


def test_a_template_becomes_an_automation(look: Looking) -> None:
    """Who wants to know when runs of one flow fail fills in the flow and what to do, and reads it in words first."""
    deployment = deployed(look.server)
    page = look.at("/automations", "Automations")
    look.sees("No automations yet")
    page.get_by_role("link", name="New automation").click()
    page.get_by_role("link", name=re.compile("^A run takes too long")).click()
    look.sees("When a run starts running and has not completed, failed, crashed or been cancelled within 1h")
    page.get_by_role("link", name=re.compile("^A run fails")).click()
    page.get_by_role("button", name="flow", exact=True).click()
    pick(page, "Of flow", "ord", "orders")
    look.sees("When a run of flow orders fails or times out")
    page.get_by_label("Action", exact=True).select_option("Run a deployment")
    pick(page, "Deployment", "nigh", "nightly")
    page.get_by_label("rows").fill("7")
    look.keep("automation form")
    page.get_by_role("button", name=MAKE).click()
    page.get_by_role("heading", level=1, name="A run failed").wait_for()
    look.sees("Run deployment nightly")
    page.get_by_role("link", name="orders").wait_for()
    (automation,) = stored(look)
    (action,) = automation["actions"]
    assert (action["deployment_id"], action["parameters"]) == (deployment["id"], {"rows": 7})
    assert (
        automation["trigger"]["match_related"]["prefect.resource.id"]
        == f"prefect.flow.{deployment['flow_id']}"
    )


def block(look: Looking, slug: str, name: str, data: dict[str, Any]) -> str:
    """Store a block of a type of ours, and return its id."""
    look.server.ask("POST", "/block_types/install_system_block_types")
    kind = look.server.ask("GET", f"/block_types/slug/{slug}")["id"]
    wanted = {"block_schemas": {"block_type_id": {"any_": [kind]}}, "limit": 1}
    schema = look.server.ask("POST", "/block_schemas/filter", json=wanted)[0]["id"]
    document = {"name": name, "data": data, "block_type_id": kind, "block_schema_id": schema}
    return look.server.ask("POST", "/block_documents/", json=document)["id"]


def test_people_are_told_with_a_block_that_can_notify(look: Looking) -> None:
    """Only blocks that can notify are offered for a notification, and only webhooks for a call."""
    told = block(look, "slack-webhook", "on-duty", {"url": "https://hooks.example/x"})
    called = block(look, "webhook", "our-hook", {"url": "https://hooks.example/y"})
    page = look.at("/automations/create?template=run-crashed", "New automation")
    page.get_by_role("combobox", name="Block", exact=True).click()
    page.get_by_role("option", name=re.compile("^on-duty")).wait_for()
    assert page.get_by_role("option", name=re.compile("^our-hook")).count() == 0
    page.get_by_role("option", name=re.compile("^on-duty")).click()
    page.get_by_label("Subject").fill("{{ flow_run.name crashed")
    page.get_by_role("button", name=MAKE).click()
    look.sees("This template cannot be read, line 1")
    page.get_by_label("Subject").fill("{{ flow_run.name }} crashed")
    page.get_by_role("button", name="Add an action").click()
    page.get_by_label("Action 2", exact=True).select_option("Call a webhook")
    page.get_by_role("combobox", name="Block", exact=True).last.click()
    page.get_by_role("option", name=re.compile("^our-hook")).click()
    look.sees("then send a notification with on-duty (Slack Webhook), then call a webhook with our-hook")
    page.get_by_role("button", name=MAKE).click()
    page.get_by_role("link", name=re.compile("^on-duty")).wait_for()
    first, second = stored(look)[0]["actions"]
    assert (first["block_document_id"], first["subject"]) == (told, "{{ flow_run.name }} crashed")
    assert second["block_document_id"] == called
    look.complaints.clear()  # the browser tells of the answer 422, which is meant


def test_the_form_and_the_json_are_one(look: Looking) -> None:
    """What one changes the other shows; what the form does not know stays; broken JSON is named with its line."""
    automation = made(look, tags=["team"])
    page = look.at(f"/automations/automation/{automation['id']}/edit", "Change Watch")
    page.get_by_label("Name").fill("Watch closely")
    page.get_by_role("tab", name="JSON").click()
    area = page.get_by_label("The automation as JSON")
    draft = json.loads(area.input_value())
    assert (draft["name"], draft["tags"], draft["trigger"]["id"]) == (
        "Watch closely",
        ["team"],
        automation["trigger"]["id"],
    )
    area.fill('{\n  "name": "Broken"\n  "trigger": {}\n}')
    look.sees('There is “"” where a comma or } is expected.')
    page.get_by_role("button", name="Line 3, column 3").click()
    look.keep("automation json, broken")
    page.get_by_role("tab", name="Form").click()
    look.sees("The JSON cannot be read yet")
    page.get_by_role("button", name="To the JSON").click()
    assert "Broken" in area.input_value()
    draft["trigger"]["threshold"] = 5
    draft["trigger"]["within"] = 600
    area.fill(json.dumps(draft))
    page.get_by_role("tab", name="Form").click()
    assert page.get_by_label("How many times").input_value() == "5"
    look.sees("When a run fails 5 times within 10m")
    page.get_by_role("button", name=KEEP).click()
    page.get_by_role("heading", level=1, name="Watch closely").wait_for()
    (kept,) = stored(look)
    assert (kept["trigger"]["threshold"], kept["trigger"]["within"], kept["tags"]) == (5, 600, ["team"])
    assert kept["trigger"]["id"] == automation["trigger"]["id"]


def test_what_is_missing_is_named_at_its_field(look: Looking) -> None:
    """Nothing is sent before it can hold; what the server refuses is told at its place too."""
    page = look.at("/automations/create?template=run-late", "New automation")
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name=MAKE).click()
    look.sees("Give it a name.")
    look.sees("Choose a block.")
    look.sees("2 things to put right.")
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    page.get_by_label("Name", exact=True).fill("Late")
    page.get_by_label("Action", exact=True).select_option("Do nothing")
    page.get_by_role("tab", name="JSON").click()
    area = page.get_by_label("The automation as JSON")
    draft = json.loads(area.input_value())
    area.fill(json.dumps({**draft, "surprise": 1, "actions": [{"type": "sing"}]}, indent=2))
    page.get_by_role("button", name=MAKE).click()
    look.sees("Extra inputs are not permitted")
    look.sees("actions.0:")
    page.get_by_role("tab", name="Form").click()
    look.sees("The form does not know this kind of action.")
    assert stored(look) == []
    look.complaints.clear()  # the browser tells of the answer 422, which is meant


def test_several_triggers_are_nested(look: Looking) -> None:
    """Events can be waited for together, or one after the other; triggers are added and taken away."""
    page = look.at("/automations/create?template=work-pool-not-ready", "New automation")
    page.get_by_role("button", name="Several together").click()
    page.get_by_role("button", name="Add a trigger").click()
    page.get_by_label("Fires when there are").select_option("Any of them")
    look.sees("Any of these: when a work pool is not ready; when a run completes")
    look.keep("automation form, nested")
    page.get_by_role("button", name="Add a trigger").click()
    page.get_by_role("button", name="Take trigger 1 away").click()
    page.get_by_role("button", name="One after the other").first.click()
    page.get_by_label("Action", exact=True).select_option("Cancel the flow run")
    page.get_by_role("button", name=MAKE).click()
    page.get_by_role("heading", level=1, name="A work pool is not ready").wait_for()
    (automation,) = stored(look)
    assert automation["trigger"]["type"] == "sequence"
    assert [each["expect"] for each in automation["trigger"]["triggers"]] == [
        ["prefect.flow-run.Completed"]
    ] * 2


def test_an_automation_is_turned_off_copied_and_deleted(look: Looking) -> None:
    """A switch acts at once, a copy opens in the editor, and what was deleted comes back by undo."""
    made(look)
    made(look, "Other")
    page = look.at("/automations", "Automations")
    look.sees("does not evaluate their triggers yet")
    page.get_by_role("switch", name="Watch is on").click()
    look.sees("Watch is off.")
    assert not page.get_by_role("switch", name="Watch is on").is_checked()
    page.get_by_role("button", name="Undo").click()
    look.sees("Watch is on.")
    page.get_by_role("searchbox").fill("watc")
    page.get_by_role("link", name="Other").wait_for(state="detached")
    page.get_by_role("button", name="What can be done with Watch").click()
    page.get_by_role("menuitem", name="Make another like it").click()
    page.get_by_role("heading", level=1, name="New automation").wait_for()
    assert page.get_by_label("Name", exact=True).input_value() == "Watch (copy)"
    page.get_by_role("button", name=MAKE).click()
    page.get_by_role("heading", level=1, name="Watch (copy)").wait_for()
    page.get_by_role("button", name="More to do").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("heading", level=1, name="Automations").wait_for()
    look.sees("Watch (copy) is deleted.")
    assert sorted(each["name"] for each in stored(look)) == ["Other", "Watch"]
    page.get_by_role("button", name="Undo").last.click()
    page.get_by_role("link", name="Watch (copy)").wait_for()


def test_the_form_is_filled_in_by_the_keyboard(look: Looking) -> None:
    """Events are chosen from what is offered by arrows and Enter, written freely, and taken away by Backspace."""
    page = look.at("/automations/create?template=other", "New automation")
    page.get_by_label("Name", exact=True).fill("Orders")
    field = page.get_by_role("combobox", name="Events", exact=True)
    field.focus()
    page.keyboard.type("run.Late")
    page.get_by_role("option", name=re.compile("^prefect.flow-run.Late")).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    look.sees("When “Flow run late” happens")
    page.keyboard.press("Backspace")
    page.keyboard.type("shop.order.*")
    page.keyboard.press("Enter")
    page.keyboard.type("shop.sold")
    page.keyboard.press("Tab")
    look.sees("When “Shop order *” or “Shop sold” happens")
    page.get_by_role("button", name=MAKE).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Orders").wait_for()
    assert sorted(stored(look)[0]["trigger"]["expect"]) == ["shop.order.*", "shop.sold"]


def test_what_was_written_is_not_lost_by_a_click(look: Looking) -> None:
    """Who leaves the editor with changes is asked; who has changed nothing is not."""
    page = look.at("/automations/create", "New automation")
    page.get_by_role("link", name="Events").click()
    page.get_by_role("heading", level=1, name="Events").wait_for()
    page.go_back()
    page.get_by_label("Name", exact=True).fill("Mine")
    page.get_by_role("link", name=re.compile("^A run is late")).click()
    page.get_by_role("button", name="Keep", exact=True).click()
    assert page.get_by_label("Name", exact=True).input_value() == "Mine"
    page.get_by_role("link", name="Events").click()
    page.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("heading", level=1, name="Events").wait_for()


def test_an_event_becomes_an_automation(look: Looking) -> None:
    """From one event the editor opens filled in: the same event, of runs of the same flow."""
    orders(5, return_state=True)
    page = look.at("/events?event=prefect.flow-run.Failed", "Events")
    page.get_by_role("link", name="Flow run failed").first.click()
    page.get_by_role("link", name="Make an automation").click()
    page.get_by_role("heading", level=1, name="New automation").wait_for()
    look.sees("When a run of flow orders fails")
