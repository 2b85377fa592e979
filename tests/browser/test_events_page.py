"""Events: followed as they happen, found by words, name, thing and time; one event and what it leads to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.browser.looking import Looking
from tests.browser.worlds import HOSTILE, orders


def emit(
    look: Looking, count: int = 1, name: str = "shop.order.placed", minutes: float = 5, **fields: Any
) -> str:
    """Tell of events of a shop, a second apart, the last one so many minutes ago; return the id of the last."""
    last = datetime.now(UTC) - timedelta(minutes=minutes)
    events = [
        {
            "id": str(uuid4()),
            "occurred": (last - timedelta(seconds=number)).isoformat(),
            "event": name,
            "resource": {"prefect.resource.id": "shop.1", "prefect.resource.name": f"order {number}"},
            "payload": {"number": number},
            **fields,
        }
        for number in range(count)
    ]
    look.server.ask("POST", "/events", json=events)
    return events[0]["id"]


def test_the_feed_is_paused_and_goes_on(look: Looking) -> None:
    """New events of any name appear by themselves; while the feed is paused they wait, and then they are there."""
    page = look.at("/events", "Events")
    look.sees("Nothing happened in this time")
    look.server.wait_for_followers(2)
    emit(look, name="shop.opened", minutes=0)
    page.get_by_role("link", name="Shop opened").wait_for()
    page.get_by_role("button", name="Pause").click()
    look.sees("Paused: new events wait")
    look.server.wait_for_followers(1)
    emit(look, name="shop.closed", minutes=0)
    page.get_by_role("button", name="Follow").click()
    page.get_by_role("link", name="Shop closed").wait_for()
    assert page.get_by_role("region", name="Events", exact=True).get_by_role("listitem").count() == 2


def test_earlier_events_come_when_one_scrolls(look: Looking) -> None:
    """The list goes on to the very first event, without a click."""
    emit(look, 130)
    page = look.at("/events", "Events")
    page.get_by_role("link", name="Shop order placed").nth(49).wait_for()
    look.sees("130 events")
    for count in (100, 130):
        page.locator(".feed > li").last.scroll_into_view_if_needed()
        page.locator(".feed > li").nth(count - 1).wait_for()
    look.sees("130 events; this was the first")
    assert page.locator(".feed > li").count() == 130


def test_events_are_found_by_name_words_and_thing(look: Looking) -> None:
    """The tree of names tells how many there are of each; filters stand in the address."""
    orders(2)
    emit(look, 2)
    emit(look, payload={"note": "the needle"})
    page = look.at("/events", "Events")
    tree = page.get_by_role("region", name="By name")
    tree.get_by_role("button", name=re.compile(r"^Shop\s*3")).click()
    look.sees("3 events")
    assert "event=shop." in page.url
    tree.get_by_role("button", name="Events of Run", exact=True).click()
    tree.get_by_role("button", name=re.compile(r"^Completed\s*1")).click()
    page.get_by_role("link", name="Flow run completed").wait_for()
    look.sees(re.compile("^1 event;"))
    page.reload()
    page.get_by_role("button", name="Not only prefect.flow-run.Completed").click()
    page.get_by_role("searchbox").fill("needle")
    look.sees(re.compile("^1 event;"))
    page.get_by_role("searchbox").fill("")
    page.get_by_role("combobox", name=re.compile("^About")).fill("ord")
    page.get_by_role("option", name=re.compile("^orders")).click()
    page.wait_for_url(re.compile("resource=prefect.flow."))
    page.get_by_role("link", name="Shop order placed").first.wait_for(state="detached")
    page.reload()
    page.get_by_role("button", name="Take flow orders away").wait_for()
    look.keep("events, filtered")


def test_a_part_of_the_time_is_chosen_in_the_chart(look: Looking) -> None:
    """Whoever drags over bars, or presses keys, sees what happened then, and finds back to the last day."""
    emit(look, 5, minutes=180)
    emit(look, 2, name="shop.opened", minutes=1)
    page = look.at("/events", "Events")
    look.sees("7 events. Click a bar")
    chart = page.get_by_role("group", name=re.compile("^Choose a part of the time"))
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.93, box["y"] + 40, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("until="))
    page.get_by_role("link", name="Shop opened").first.wait_for(state="detached")
    assert page.get_by_role("link", name="Shop order placed").count() == 5
    look.sees("A time that is over")
    look.keep("events, chosen time")
    page.get_by_label("Time", exact=True).select_option("Last day")
    page.get_by_role("link", name="Shop opened").first.wait_for()
    chart.focus()
    page.keyboard.press("ArrowLeft")
    look.sees(re.compile("2 events$"))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Shop order placed").first.wait_for(state="detached")
    assert page.get_by_role("link", name="Shop opened").count() == 2


def test_one_event_leads_to_what_it_is_about(look: Looking) -> None:
    """An event links to its run, its flow, and the events before and after it."""
    orders(2)
    page = look.at("/events?event=prefect.flow-run.Running", "Events")
    page.get_by_role("link", name="Flow run running").click()
    page.get_by_role("heading", level=1, name="Flow run running").wait_for()
    page.get_by_role("region", name="Related").get_by_role("link", name="orders").wait_for()
    near = page.get_by_role("region", name="Before and after")
    near.get_by_role("link", name="Flow run completed").click()
    page.get_by_role("heading", level=1, name="Flow run completed").wait_for()
    near.get_by_role("listitem").filter(has_text="Follows").get_by_role(
        "link", name="Flow run running"
    ).wait_for()
    page.get_by_role("region", name="Related").get_by_role("link", name="orders").click()
    page.wait_for_url(re.compile("/flows/flow/"))


def test_events_are_inert_text(look: Looking) -> None:
    """Names, labels and payloads that hold scripts are shown as the text that they are."""
    alerts: list[str] = []
    look.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    bad = {"prefect.resource.id": f"{HOSTILE}\n", "prefect.resource.name": HOSTILE, HOSTILE: "x" * 3000}
    related = [{"prefect.resource.id": "javascript:alert(1)", "prefect.resource.role": HOSTILE}]
    payload = {HOSTILE: ["<script>alert(1)</script>"]}
    id = emit(look, name=HOSTILE + ".x", resource=bad, related=related, payload=payload)
    make = f"/automations/create?event={id}"
    for path in ("/events", f"/events/{id}", make, f"{make}&tab=json"):
        page = look.at(path)
        page.locator("h1").wait_for()
        look.settled()
        assert page.locator("main script, main [onerror], main img, main a[href^='javascript']").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1360, path
    assert alerts == []
