"""Journeys among all runs: found, filtered, acted on together, watched; the dashboard, and the list of flows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from prefect import flow
from tests.browser.looking import Looking
from tests.browser.worlds import a_run, deployed, move, orders

SCHEDULED = "/runs?state=%5B%22SCHEDULED%22%5D"


def late(look: Looking, name: str = "waiting") -> dict[str, str]:
    """Create a run that should have started long ago."""
    run = a_run(look.server, deployed(look.server, schedules=[]), name=name)
    move(look.server, run, "SCHEDULED", "Late", state_details={"scheduled_time": "2026-01-01T00:00:00Z"})
    return run


def test_the_dashboard_says_why_a_run_is_late(look: Looking) -> None:
    """The real reason stands beside the run, and leads to where it is put right."""
    late(look)
    page = look.at("/dashboard", "Dashboard")
    card = page.get_by_role("region", name=re.compile("^Late"))
    card.get_by_text("No worker was ever started for work pool 'local'").wait_for()
    card.get_by_role("link", name="local", exact=True).click()
    page.get_by_role("heading", level=1, name="local").wait_for()


def test_the_dashboard_tells_what_runs_what_fails_and_what_comes(look: Looking) -> None:
    """What runs stands there with how long it takes usually, what failed with its message, and the next runs."""
    orders(2)
    orders(5, return_state=True)
    deployment = deployed(look.server, schedules=[])
    move(look.server, a_run(look.server, deployment, name="busy"), "RUNNING")
    soon = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    a_run(
        look.server,
        deployment,
        name="later",
        state={"type": "SCHEDULED", "state_details": {"scheduled_time": soon}},
    )
    page = look.at("/dashboard", "Dashboard")
    failing = page.get_by_role("region", name="Flows that fail")
    failing.get_by_text("5 is too many").wait_for()
    running = page.get_by_role("region", name="Running now")
    running.get_by_text("usual").wait_for()
    running.get_by_role("link", name="busy").wait_for()
    page.get_by_role("region", name="Next runs").get_by_role("link", name="later").wait_for()
    failing.get_by_role("link", name=re.compile(r"^1 of \d$")).click()
    page.wait_for_url(re.compile("CRASHED"))
    page.get_by_text("1 run", exact=True).wait_for()


def test_runs_are_found_by_a_parameter(look: Looking) -> None:
    """What runs were called with is a filter: by name, and by value; it stands in the address."""
    orders(2)
    orders(3)
    page = look.at("/runs", "Runs")
    page.get_by_text("2 runs", exact=True).wait_for()
    page.get_by_role("button", name="More filters").click()
    page.get_by_label("Parameter", exact=True).fill("rows")
    page.get_by_label("Value of the parameter").fill("3")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("1 run", exact=True).wait_for()
    page.wait_for_url(re.compile("rows%3D3"))
    page.reload()
    page.get_by_text("1 run", exact=True).wait_for()
    page.get_by_role("button", name="Not only parameter rows=3").click()
    page.get_by_text("2 runs", exact=True).wait_for()


def test_runs_are_found_by_flow_deployment_and_time(look: Looking) -> None:
    """The server offers the names it knows; a time is given from one moment to another."""
    orders(2)
    a_run(look.server, deployed(look.server, schedules=[]), name="of the deployment")
    page = look.at("/runs", "Runs")
    page.get_by_text("2 runs", exact=True).wait_for()
    page.get_by_role("button", name="More filters").click()
    page.get_by_label("Deployment", exact=True).fill("nightly")
    page.locator("datalist option", has_text="orders/nightly").wait_for(state="attached")
    page.get_by_label("Deployment", exact=True).fill("orders/nightly")
    page.get_by_label("Deployment", exact=True).press("Enter")
    page.get_by_text("1 run", exact=True).wait_for()
    page.get_by_role("button", name="Deployment: orders/nightly").click()
    page.get_by_label("Flow", exact=True).fill("orders")
    page.get_by_label("Flow", exact=True).press("Enter")
    page.get_by_text("2 runs", exact=True).wait_for()
    page.get_by_label("To", exact=True).fill("2020-01-01T12:00")
    look.sees("No run is like that")
    page.get_by_role("button", name=re.compile("1 Jan, 12:00")).click()
    page.get_by_text("2 runs", exact=True).wait_for()


def test_waiting_runs_say_why_in_the_list(look: Looking) -> None:
    """Who looks through the runs need not open one to learn why it has not started."""
    late(look)
    look.at("/runs", "Runs")
    look.sees("No worker was ever started for work pool 'local'")


def test_chosen_runs_are_cancelled_and_deleted_and_deleting_is_undone(look: Looking) -> None:
    """Deleted runs are gone at once, and come back if somebody thinks better of it."""
    deployment = deployed(look.server, schedules=[])
    for number in range(3):
        a_run(look.server, deployment, name=f"run-{number}")
    page = look.at(SCHEDULED, "Runs")
    page.get_by_label("Choose run-0").check()
    page.get_by_label("Choose run-1").check()
    page.get_by_role("button", name="Cancel", exact=True).click()
    look.sees("2 runs asked to stop.")
    page.get_by_text("1 run", exact=True).wait_for()
    page.get_by_role("link", name="run-0").wait_for(state="detached")
    page.get_by_label("Choose run-2").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    look.sees("No run is like that")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="run-2").wait_for()
    page.get_by_label("Choose run-2").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.locator(".toast", has_text="1 run deleted").get_by_role("button", name="Dismiss").click()
    with page.expect_response("**/bulk_delete") as answer:
        pass
    assert len(answer.value.json()["deleted"]) == 1
    assert look.server.ask("POST", "/flow_runs/count", json={}) == 2


@pytest.mark.timeout(120)
def test_all_that_match_are_acted_on_not_only_the_page(look: Looking) -> None:
    """More than a page is chosen by one click, and the act goes through all of them."""
    deployment = deployed(look.server, schedules=[])
    for number in range(27):
        a_run(look.server, deployment, name=f"run-{number}")
    page = look.at(f"{SCHEDULED}&limit=25", "Runs")
    page.get_by_text("27 runs", exact=True).wait_for()
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Choose all 27 that match").click()
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel them").click()
    look.sees("27 runs asked to stop.")
    look.sees("No run is like that")


def test_what_was_refused_is_said(look: Looking) -> None:
    """Of several runs those that cannot be retried are left out, the others wait to go on."""
    deployment = deployed(look.server, schedules=[])
    for number in range(2):
        move(look.server, a_run(look.server, deployment, name=f"run-{number}"), "FAILED")
    page = look.at("/runs?state=%5B%22FAILED%22%5D", "Runs")
    page.get_by_label("Choose all on this page").check()
    gone = look.server.ask("POST", "/flow_runs/filter", json={"flow_runs": {"name": {"any_": ["run-0"]}}})[0]
    page.route("**/flow_runs/filter", lambda route: route.abort())  # the page does not learn of what follows
    look.server.ask("DELETE", f"/flow_runs/{gone['id']}")
    page.get_by_role("button", name="Retry", exact=True).click()
    look.sees(re.compile("^1 run wait to go on. 1 run refused: "))
    look.complaints.clear()  # the browser tells of the answers that were not had, which is meant


def test_rows_do_not_jump_under_the_hand(look: Looking) -> None:
    """While somebody is at the table new runs wait above it until they are asked for."""
    deployment = deployed(look.server, schedules=[])
    a_run(look.server, deployment, name="first")
    page = look.at("/runs", "Runs")
    page.get_by_text("Live", exact=True).wait_for()
    page.get_by_role("link", name="first").hover()
    a_run(look.server, deployment, name="second")
    page.get_by_role("button", name="Show 1 new run").wait_for()
    assert page.get_by_role("link", name="second").count() == 0
    page.get_by_role("button", name="Show 1 new run").click()
    page.get_by_role("link", name="second").wait_for()


def test_rows_are_renewed_when_nobody_is_at_them(look: Looking) -> None:
    """A run that begins elsewhere appears by itself."""
    page = look.at("/runs", "Runs")
    look.sees("Nothing has run yet")
    page.get_by_text("Live", exact=True).wait_for()
    a_run(look.server, deployed(look.server, schedules=[]), name="new one")
    page.get_by_role("link", name="new one").wait_for()


def test_a_run_is_opened_from_the_chart_of_durations(look: Looking) -> None:
    """A point says what it is under the pointer, and opens its run."""
    orders(2)
    page = look.at("/runs?chart=durations", "Runs")
    point = page.locator(".scatter circle").first
    point.hover()
    page.locator(".scatter .tip", has_text="Completed").wait_for()
    point.click()
    page.wait_for_url(re.compile("/runs/flow-run/"))


def test_pages_have_the_size_that_is_chosen(look: Looking) -> None:
    """How many go on a page stands in the address; the second page has the rest."""
    deployment = deployed(look.server, schedules=[])
    for number in range(27):
        a_run(look.server, deployment, name=f"run-{number:02}")
    page = look.at(f"{SCHEDULED}&sort=NAME_ASC", "Runs")
    page.get_by_role("link", name="run-26").wait_for()
    page.get_by_label("On a page").select_option("25")
    page.get_by_role("link", name="run-26").wait_for(state="detached")
    page.get_by_role("button", name="Next page").click()
    page.get_by_role("link", name="run-26").wait_for()
    page.wait_for_url(re.compile("limit=25"))
    assert page.get_by_role("link", name=re.compile("^run-")).count() == 2


def test_flows_tell_how_their_latest_runs_went(look: Looking) -> None:
    """Each flow has its latest runs as bars, of which each opens its run; flows are found by a part of their name."""
    orders(2)
    orders(5, return_state=True)

    @flow(name="elsewhere")
    def elsewhere() -> None:
        """Do nothing."""

    elsewhere()
    page = look.at("/flows", "Flows")
    page.get_by_role("link", name="elsewhere").wait_for()
    page.get_by_role("searchbox", name="Name of a flow").fill("ORD")
    page.get_by_role("link", name="elsewhere").wait_for(state="detached")
    bars = page.get_by_role("group", name="Latest runs of orders").get_by_role("link")
    assert bars.count() == 2
    bars.last.click()
    page.locator("header .state").get_by_text("Failed").wait_for()
