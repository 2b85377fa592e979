"""What people come for: each journey from the first click to what comes of it."""

from __future__ import annotations

import contextvars
import json
import re
import threading
from pathlib import Path

import pytest

from prefect import flow, get_run_logger
from tests.browser.conftest import looking_at
from tests.browser.looking import Looking
from tests.browser.worlds import a_run, deployed, move, orders
from tests.integration.server.serving import serving


def run_id(rows: int) -> str:
    """Run the flow and return the id of its run."""
    return str(orders(rows, return_state=True).state_details.flow_run_id)


def test_the_server_opens_to_the_dashboard(look: Looking) -> None:
    """Who opens the server's address sees how many runs there were and which failed, and why."""
    orders(2)
    run_id(5)
    look.at("/", "Dashboard")
    look.sees(re.compile("ValueError: 5 is too many"))
    look.page.get_by_role("link", name="1 failed or crashed").wait_for()
    look.page.get_by_role("link", name="All failed runs").click()
    look.page.get_by_role("heading", level=1, name="Runs").wait_for()
    assert "state=" in look.page.url


def test_a_dashboard_without_runs_teaches_the_first_step(look: Looking) -> None:
    """An empty server says how a run gets there."""
    look.at("/dashboard", "Dashboard")
    look.sees("Nothing has run in this time")
    look.sees("Every scheduled run has started in time.")


def test_one_run_is_found_among_many_by_its_name(look: Looking) -> None:
    """The search asks the server, not the rows that are loaded."""
    deployment = deployed(look.server)
    for number in range(70):
        a_run(look.server, deployment, name=f"run-{number}")
    a_run(look.server, deployment, name="the-needle")
    page = look.at("/runs?state=%5B%22SCHEDULED%22%5D", "Runs")
    look.sees(re.compile(r"1 / 2"))
    page.get_by_role("searchbox", name="Find runs by name or id").fill("needle")
    page.get_by_text("1 run", exact=True).wait_for()
    assert "q=needle" in page.url
    page.get_by_role("link", name="the-needle").click()
    page.get_by_role("heading", level=1, name="the-needle").wait_for()
    page.go_back()
    page.get_by_role("searchbox", name="Find runs by name or id").wait_for()
    assert page.get_by_role("searchbox").first.input_value() == "needle"


def test_runs_are_filtered_by_state_and_the_address_keeps_it(look: Looking) -> None:
    """A filter stands in the address, so that it can be sent to somebody."""
    orders(2)
    run_id(5)
    page = look.at("/runs", "Runs")
    page.get_by_text("2 runs", exact=True).wait_for()
    page.get_by_role("button", name="Failed").click()
    page.get_by_text("1 run", exact=True).wait_for()
    page.reload()
    page.get_by_text("1 run", exact=True).wait_for()
    assert page.get_by_role("button", name="Failed").get_attribute("aria-pressed") == "true"


def test_a_search_is_saved_and_opened_again(look: Looking) -> None:
    """What somebody looks for often has a name."""
    orders(2)
    page = look.at("/runs?state=%5B%22COMPLETED%22%5D", "Runs")
    page.get_by_role("button", name="Saved").click()
    page.get_by_label("Name of what is looked for now").fill("good ones")
    page.get_by_role("button", name="Save this search").click()
    page.get_by_role("button", name="good ones", exact=True).wait_for()
    look.at("/runs", "Runs").get_by_role("button", name="Saved").click()
    page.get_by_role("button", name="good ones", exact=True).click()
    page.wait_for_url(re.compile("COMPLETED"))


def test_a_run_shows_its_tasks_logs_states_and_artifacts(look: Looking) -> None:
    """One page tells all of a run."""
    page = look.at(f"/runs/flow-run/{run_id(3)}")
    look.sees("4 task runs")
    look.sees("the warehouse is slow")
    page.get_by_role("tab", name="Task runs").click()
    page.get_by_role("link", name=re.compile("^double")).first.wait_for()
    page.get_by_role("tab", name="Graph").click()
    page.get_by_role("region", name="Graph of dependencies").get_by_role(
        "link", name=re.compile("^check")
    ).wait_for()
    page.get_by_role("tab", name="States").click()
    page.locator("ol.steps").get_by_text("Completed").wait_for()
    page.get_by_role("tab", name="Artifacts").click()
    page.get_by_role("link", name="report").wait_for()
    page.get_by_role("tab", name="Details").click()
    look.sees("Parameters")
    assert "tab=details" in page.url


def test_a_task_run_is_opened_from_the_timeline(look: Looking) -> None:
    """The bars of the timeline lead to what they stand for, by the mouse and by the keyboard."""
    page = look.at(f"/runs/flow-run/{run_id(2)}")
    canvas = page.locator("canvas")
    canvas.wait_for()
    canvas.focus()
    page.keyboard.press("n")
    page.keyboard.press("+")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/runs/task-run/"))
    page.get_by_role("heading", level=1, name=re.compile("^double")).wait_for()
    look.sees("doubled 0")


def test_logs_are_searched_and_filtered(look: Looking) -> None:
    """A line is found by a word of it, and by how bad it is."""
    page = look.at(f"/runs/flow-run/{run_id(3)}")
    page.get_by_role("searchbox", name="Find in the logs").fill("warehouse")
    page.get_by_text("1 record", exact=True).wait_for()
    page.get_by_role("searchbox", name="Find in the logs").fill("")
    page.get_by_label("Level").select_option("Warnings and above")
    page.get_by_text("1 record", exact=True).wait_for()
    page.get_by_label("Level").select_option("Errors")
    look.sees("No line is like that")


def test_logs_are_downloaded(look: Looking) -> None:
    """All lines of a run are kept as a file."""
    page = look.at(f"/runs/flow-run/{run_id(2)}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert "the warehouse is slow" in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_run_is_followed_while_it_goes_on(look: Looking) -> None:
    """Lines and the end of a run appear by themselves."""
    go_on = threading.Event()
    ids: list[str] = []
    began = threading.Event()

    @flow(name="slow")
    def slow() -> None:
        from prefect.runtime import flow_run

        ids.append(str(flow_run.id))
        get_run_logger().info("it has begun")
        began.set()
        assert go_on.wait(60)
        get_run_logger().info("it goes on")

    # A thread does not inherit the settings that lead to the server.
    running = threading.Thread(target=contextvars.copy_context().run, args=(slow,))
    running.start()
    try:
        assert began.wait(30)
        page = look.at(f"/runs/flow-run/{ids[0]}")
        page.locator("header .state").get_by_text("Running").wait_for()
        look.sees("it has begun")
    finally:
        go_on.set()
        running.join(60)
    look.sees("it goes on")
    page.locator("header .state").get_by_text("Completed").wait_for()


def test_a_custom_run_is_started_from_the_form(look: Looking) -> None:
    """The form is made of the flow's parameters, refuses what does not fit, and starts the run."""
    deployment = deployed(look.server)
    page = look.at(f"/deployments/deployment/{deployment['id']}", "nightly")
    page.get_by_role("button", name="Run", exact=True).click()
    rows = page.get_by_label("rows")
    rows.fill("0")
    page.get_by_text("It must be at least 1.").wait_for()
    rows.fill("7")
    page.get_by_label("region").select_option("us")
    page.get_by_role("button", name="Start the run").click()
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(re.compile("/runs/flow-run/"))
    (run,) = look.server.ask(
        "POST",
        "/flow_runs/filter",
        json={
            "flow_runs": {"state": {"name": {"any_": ["Scheduled", "Late"]}}},
            "deployments": {"id": {"any_": [deployment["id"]]}},
        },
    )
    assert run["parameters"] == {"rows": 7, "region": "us"}


def test_a_run_is_cancelled(look: Looking) -> None:
    """A run that waits is cancelled at once, after the person was asked."""
    run = a_run(look.server, deployed(look.server), name="unwanted")
    page = look.at(f"/runs/flow-run/{run['id']}", "unwanted")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel the run").click()
    page.locator("header .state").get_by_text("Cancelled").wait_for()


def test_a_failed_run_is_retried(look: Looking) -> None:
    """A run of a deployment that failed goes again."""
    run = a_run(look.server, deployed(look.server), name="broken")
    move(look.server, run, "FAILED", message="it broke")
    page = look.at(f"/runs/flow-run/{run['id']}", "broken")
    look.sees("it broke")
    page.get_by_role("button", name="Retry", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Retry", exact=True).click()
    page.locator("header .state").get_by_text("AwaitingRetry").wait_for()


def test_a_paused_run_is_resumed_with_input(look: Looking) -> None:
    """What a paused run asks for is a form, and the answer is checked before it goes on."""
    run = a_run(look.server, deployed(look.server), name="asking")
    keyset = {
        "description": "paused-1-description",
        "response": "paused-1-response",
        "schema": "paused-1-schema",
    }
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "title": "Name"}},
    }
    for key, value in (("paused-1-schema", schema), ("paused-1-description", "Who **are** you?")):
        body = {"key": key, "value": json.dumps(value)}
        look.server.ask("POST", f"/flow_runs/{run['id']}/input", json=body)
    move(look.server, run, "RUNNING")
    move(look.server, run, "PAUSED", "Paused", state_details={"run_input_keyset": keyset, "pause_key": "1"})
    page = look.at(f"/runs/flow-run/{run['id']}", "asking")
    page.get_by_role("button", name="Resume", exact=True).click()
    look.sees(re.compile("^Who"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Resume").click()
    dialog.get_by_text("This is needed.").wait_for()
    dialog.get_by_label("Name").fill("Ada")
    dialog.get_by_role("button", name="Resume").click()
    look.sees("The run goes on.")
    assert look.server.client.get(f"/flow_runs/{run['id']}/input/paused-1-response").json() in (
        {"name": "Ada"},
        '{"name":"Ada"}',
    )


def test_two_runs_are_compared(look: Looking) -> None:
    """A person sees which parameter made the difference, and at which task."""
    good, _ = run_id(3), run_id(5)
    page = look.at(f"/runs/flow-run/{good}")
    page.get_by_role("button", name="More to do").click()
    page.get_by_role("menuitem", name="Compare with another run").click()
    page.get_by_role("button", name=re.compile("^Other run")).click()
    page.get_by_role("option").first.wait_for()
    page.get_by_role("combobox", name="Find").press("Enter")
    look.sees("They part at check 1")
    page.get_by_role("region", name="Differences").get_by_text("rows").wait_for()


def test_a_schedule_is_changed_with_its_next_runs_in_sight(look: Looking) -> None:
    """The next runs are shown while the schedule is written; a mistake is told and not kept."""
    deployment = deployed(look.server)
    page = look.at(f"/deployments/deployment/{deployment['id']}?tab=schedules", "nightly")
    page.get_by_role("button", name="Change Every day at 02:30 (Europe/Berlin)").click()
    page.get_by_text(", 02:30").first.wait_for()
    page.get_by_label("Cron", exact=True).fill("61 * * * *")
    page.locator(".wrong").wait_for()
    page.get_by_label("Cron", exact=True).fill("15 4 * * *")
    page.get_by_text(", 04:15").first.wait_for()
    page.get_by_role("button", name="Keep").click()
    look.sees("Every day at 04:15 (Europe/Berlin)")
    look.complaints.clear()  # the browser tells of the answer 422, which is meant


def test_a_schedule_is_added_and_turned_off(look: Looking) -> None:
    """A deployment gets an interval, which is then switched off."""
    deployment = deployed(look.server, schedules=[])
    page = look.at(f"/deployments/deployment/{deployment['id']}?tab=schedules", "nightly")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Kind").select_option("Interval")
    page.get_by_label("Every").fill("2")
    page.get_by_label("Unit").select_option("hours")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("switch", name="Every 2h makes runs").click()
    look.sees("The schedule makes no more runs.")
    (schedule,) = look.server.ask("GET", f"/deployments/{deployment['id']}/schedules")
    assert (schedule["active"], schedule["schedule"]["interval"]) == (False, 7200.0)


def test_a_deployment_is_paused_and_resumed(look: Looking) -> None:
    """Its schedules stop making runs, and make them again."""
    deployment = deployed(look.server)
    page = look.at("/deployments", "Deployments")
    page.get_by_role("switch", name="Schedules of nightly").click()
    page.get_by_text("Paused", exact=True).wait_for()
    assert look.server.ask("GET", f"/deployments/{deployment['id']}")["paused"] is True
    page.get_by_role("switch", name="Schedules of nightly").click()
    page.get_by_text("Paused", exact=True).wait_for(state="detached")


def test_a_work_pool_tells_why_its_runs_wait(look: Looking) -> None:
    """Without a worker, and while it is paused, the page says so and how to go on."""
    a_run(look.server, deployed(look.server))
    page = look.at("/work-pools/work-pool/local", "local")
    look.sees("No worker looks after this pool")
    page.get_by_role("tab", name="Queues").click()
    look.sees("No worker was ever started for work pool 'local'")
    page.get_by_role("button", name="Pause").click()
    look.sees("Work pool 'local' is paused")


def test_a_work_pool_is_made(look: Looking) -> None:
    """A name and a type are enough."""
    page = look.at("/work-pools", "Work pools")
    page.get_by_role("button", name="New work pool").click()
    page.get_by_label("Name", exact=True).first.fill("cluster")
    page.get_by_role("button", name="Make", exact=True).click()
    page.get_by_role("link", name="cluster").wait_for()


def test_a_variable_is_made_changed_deleted_and_brought_back(look: Looking) -> None:
    """What was deleted by mistake is back by one click."""
    page = look.at("/variables", "Variables")
    page.get_by_role("button", name="New variable").click()
    page.get_by_label("Name", exact=True).fill("limits")
    page.get_by_label("Value").fill('{"a": 1}')
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Change limits").click()
    page.get_by_label("Value").fill("17")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("cell", name="17").wait_for()
    page.get_by_role("button", name="Delete limits").click()
    page.get_by_role("button", name="Undo").click()
    look.sees("It is back.")
    assert look.server.ask("GET", "/variables/name/limits")["value"] == 17


def test_a_secret_is_kept_and_never_shown(look: Looking) -> None:
    """A secret block is made of a form; afterwards no page and no answer to one holds the secret."""
    look.server.ask("POST", "/block_types/install_system_block_types")
    page = look.at("/blocks", "Blocks")
    page.get_by_role("button", name="New block").click()
    page.get_by_label("Type").fill("secret")
    page.get_by_role("list", name="Kinds of blocks").get_by_role("button", name=re.compile("^Secret")).click()
    page.get_by_label("Name", exact=True).fill("password")
    page.locator("dialog textarea, dialog input[type=password]").last.fill('"hunter2"')
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Change password").click()
    page.get_by_role("dialog").wait_for()
    assert "hunter2" not in page.content()


def test_a_slot_is_seen_and_freed(look: Looking) -> None:
    """Who holds a slot of a limit is told, and the slot can be taken back."""
    look.server.ask("POST", "/v2/concurrency_limits/", json={"name": "database", "limit": 2})
    look.server.ask(
        "POST",
        "/v2/concurrency_limits/increment-with-lease",
        json={"names": ["database"], "slots": 1, "mode": "concurrency", "lease_duration": 300},
    )
    page = look.at("/concurrency-limits", "Concurrency")
    look.sees("1 of 2")
    page.get_by_role("button", name="Holders").click()
    page.get_by_role("button", name=re.compile("^Free the slots")).click()
    page.get_by_role("button", name="Free it").click()
    look.sees("Nobody holds a slot.")


def test_an_artifact_is_read(look: Looking) -> None:
    """A report is shown as it was meant, with its versions."""
    orders(2)
    orders(2)
    page = look.at("/artifacts", "Artifacts")
    page.get_by_role("link", name="report").click()
    page.get_by_role("heading", name="Done").wait_for()
    assert page.locator("section[aria-label=Content] strong").inner_text() == "All"
    versions = page.get_by_role("region", name="Versions").get_by_role("listitem")
    versions.nth(1).wait_for()
    assert versions.count() == 2


def test_events_come_by_themselves(look: Looking) -> None:
    """What happens while the page is open appears on it, and leads to what it is about."""
    page = look.at("/events", "Events")
    page.get_by_text("Live", exact=True).wait_for()
    orders(2)
    page.get_by_role("link", name="Flow run completed").first.click()
    page.get_by_role("heading", level=1, name="Flow run completed").wait_for()
    page.get_by_role("region", name="Resource").get_by_role("link").first.click()
    page.wait_for_url(re.compile("/runs/flow-run/"))


def test_everything_is_reached_by_the_keyboard(look: Looking) -> None:
    """The palette finds a run and opens it; keys lead to pages; Escape closes."""
    name = look.server.ask("GET", f"/flow_runs/{run_id(2)}")["name"]
    page = look.at("/dashboard", "Dashboard")
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    page.get_by_role("option", name=re.compile(name)).wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=name).wait_for()
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.get_by_role("heading", level=1, name="Dashboard").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_light_dark_and_the_time_zone_are_remembered(look: Looking) -> None:
    """What a person prefers holds after the page is opened again."""
    orders(2)
    page = look.at("/settings", "Settings")
    page.get_by_label("Light or dark").select_option("Dark")
    page.get_by_label("Times").select_option("UTC")
    page.reload()
    page.get_by_role("heading", level=1, name="Settings").wait_for()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    look.at("/events", "Events")
    page.get_by_role("link", name="Flow run completed").first.click()
    look.sees(re.compile(r"\d\d:\d\d:\d\d UTC"))


def test_a_run_that_is_gone_says_so(look: Looking) -> None:
    """A link to a run that was deleted leads to words, not to nothing."""
    look.at("/runs/flow-run/0190abcd-0000-7000-8000-000000000001", "Run")
    look.page.get_by_role("alert").wait_for()
    look.complaints.clear()  # the browser tells of the answer 404, which is meant


def test_a_server_with_a_password_asks_for_it(browser: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is shown before the user and the password are right; then everything is, live too."""
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "admin:sécret")
    monkeypatch.setenv("PREFECT_SERVER_CSRF_PROTECTION_ENABLED", "true")
    with serving() as served, looking_at(browser, served, "password") as look:  # type: ignore[arg-type]
        page = look.at("/variables")
        page.get_by_label("User").fill("admin")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Enter").click()
        look.sees("The server knows no such user with this password.")
        page.get_by_label("Password").fill("sécret")
        page.get_by_role("button", name="Enter").click()
        look.sees("No variables yet")
        page.get_by_text("Live", exact=True).wait_for()
        page.get_by_role("button", name="New variable").click()
        page.get_by_label("Name", exact=True).fill("a")
        page.get_by_label("Value").fill("1")
        page.get_by_role("button", name="Keep").click()
        page.get_by_role("cell", name="1", exact=True).wait_for()
        look.complaints.clear()  # the browser tells of the answers 401, which are meant


def test_it_works_below_a_path(browser: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind `/prefect/` every page is opened, left and reloaded as at the root."""
    monkeypatch.setenv("PREFECT_UI_SERVE_BASE", "/prefect")
    with serving() as served, looking_at(browser, served, "below") as look:  # type: ignore[arg-type]
        page = look.at("/", "Dashboard")
        assert "/prefect/dashboard" in page.url
        page.get_by_role("link", name="Variables").click()
        page.get_by_role("heading", level=1, name="Variables").wait_for()
        page.reload()
        look.sees("No variables yet")
