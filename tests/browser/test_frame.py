"""What holds on every page: keys, the palette, messages that can be undone, and a server that comes and goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.looking import Looking
from tests.browser.worlds import deployed, orders

if TYPE_CHECKING:
    from playwright.sync_api import Route


def variable(look: Looking, name: str = "region") -> None:
    """Store a variable."""
    look.server.ask("POST", "/variables/", json={"name": name, "value": "eu", "tags": ["places"]})


def test_the_keys_are_shown_and_lead_to_every_page(look: Looking) -> None:
    """`?` shows the keys; `g` and a letter go to a page, which then has the focus."""
    page = look.at("/dashboard", "Dashboard")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.get_by_text("The next row of a list").wait_for()
    look.keep("keys")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    for key, heading in (("v", "Variables"), ("w", "Work pools"), ("a", "Assets"), ("p", "Deployments")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        assert page.evaluate("document.activeElement.id") == "content"


def test_rows_are_walked_and_opened_by_keys(look: Looking) -> None:
    """J and K go down and up a list, Enter opens; `/` goes to the search and Escape leaves it."""
    orders(1)
    orders(2)
    page = look.at("/runs", "Runs")
    page.locator("tbody tr").nth(1).wait_for()
    names = page.locator("tbody tr a.name").all_inner_texts()
    focused = "document.activeElement.innerText"
    page.keyboard.press("j")
    first = page.evaluate(focused)
    assert first == names[0]
    page.keyboard.press("j")
    second = page.evaluate(focused)
    assert second != first
    page.keyboard.press("k")
    assert page.evaluate(focused) == first
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("j")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Control+a")
    page.get_by_role("searchbox").first.fill("")
    page.locator("tbody tr").nth(1).wait_for()
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/runs/flow-run/"))


def test_single_keys_are_turned_off_for_who_does_not_want_them(look: Looking) -> None:
    """Who speaks to the computer, or slips on keys, has letters do nothing; the palette is still there."""
    page = look.at("/settings", "Settings")
    page.get_by_label("Single keys").select_option("Do nothing")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Find anything").wait_for()
    assert page.get_by_role("dialog", name="Keys").count() == 0
    assert page.url.endswith("/settings")


def test_the_palette_finds_things_of_all_kinds(look: Looking) -> None:
    """A word of a name is enough, whatever bears it."""
    deployed(look.server, "region-report")
    variable(look)
    page = look.at("/dashboard", "Dashboard")
    page.keyboard.press("Control+k")
    page.keyboard.type("region")
    page.get_by_role("option", name="region Variable", exact=True).wait_for()
    page.get_by_role("option", name="region-report Deployment").wait_for()
    look.keep("palette")
    page.get_by_role("option", name="Run region-report now").click()
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(re.compile("/runs/flow-run/"))
    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.keyboard.press("Enter")
    page.wait_for_function("getComputedStyle(document.documentElement).colorScheme === 'dark'")
    page.keyboard.press("Control+k")
    page.keyboard.type("new variable")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="New variable").wait_for()


def test_what_was_done_is_undone_by_a_key_and_the_message_waits(look: Looking) -> None:
    """A message that offers to undo stays while somebody is at it, and Z does what it offers."""
    variable(look)
    page = look.at("/variables", "Variables")
    page.clock.install()
    page.get_by_role("button", name="Delete region").click()
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    page.clock.fast_forward(120_000)
    assert undo.is_visible()
    page.locator("h1").click()
    page.keyboard.press("z")
    look.sees("It is back.")
    assert look.server.ask("GET", "/variables/name/region")["value"] == "eu"


def test_without_websockets_pages_ask_again_by_themselves(look: Looking) -> None:
    """Where a proxy refuses websockets the page says that it asks, and still shows what is new."""
    look.page.route_web_socket(re.compile("/events/out"), lambda socket: socket.close())
    page = look.at("/variables", "Variables")
    look.sees("No variables yet")
    page.get_by_text("Asking every 5 s").wait_for()
    variable(look)
    page.locator("tbody b").get_by_text("region", exact=True).wait_for()


def test_a_server_that_is_away_is_told_of_and_its_return_too(look: Looking) -> None:
    """What was known stays, a notice says that the server is away, and it goes when the server is back."""
    variable(look)
    page = look.at("/variables", "Variables")
    page.locator("tbody b").get_by_text("region", exact=True).wait_for()
    page.route(re.compile("/api/"), lambda route: route.abort())
    page.get_by_role("button", name="Delete region").click()
    page.locator(".standing").get_by_text("The server does not answer.").wait_for()
    look.keep("away")
    assert page.locator("tbody b").get_by_text("region", exact=True).is_visible()
    page.unroute_all()
    page.locator(".standing .notice").wait_for(state="detached")
    assert look.complaints
    look.complaints.clear()  # the browser tells of the requests that failed, which is meant


def test_newer_pages_are_offered_when_the_server_has_them(look: Looking) -> None:
    """After an upgrade of the server the open page says so, and loads the new one when it is asked to."""
    page = look.at("/variables", "Variables")
    look.settled()
    newer = '<script type="module" src="./assets/index-newer.js"></script>'

    def upgraded(route: Route) -> None:
        route.fulfill(body=newer, content_type="text/html")

    page.route(re.compile("/api/"), lambda route: route.abort())
    page.get_by_role("button", name="New variable").click()
    page.get_by_label("Name", exact=True).fill("a")
    page.get_by_label("Value").fill("1")
    page.get_by_role("button", name="Keep").click()
    page.locator(".standing").get_by_text("The server does not answer.").wait_for()
    page.route(re.compile(r":\d+/$"), upgraded)
    page.unroute(re.compile("/api/"))
    page.locator(".standing").get_by_text("The server has a newer version of these pages.").wait_for()
    look.complaints.clear()  # the browser tells of the requests that failed, which is meant
    page.unroute_all()
    page.get_by_role("button", name="Not now").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Reload").click()
    page.get_by_role("heading", level=1, name="Variables", exact=True).wait_for()


def test_a_page_whose_code_is_gone_is_loaded_anew(look: Looking) -> None:
    """After an upgrade the code of a page may be gone from the server: the whole page is loaded again, once."""
    page = look.at("/dashboard", "Dashboard")
    look.settled()
    refused: list[str] = []

    def gone(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=404, body="")

    page.route(re.compile(r"/assets/ConcurrencyLimits-.*\.js"), gone, times=1)
    page.get_by_role("link", name="Concurrency").click()
    page.get_by_role("heading", level=1, name="Concurrency", exact=True).wait_for()
    assert refused
    look.complaints.clear()  # the browser tells of the answer 404, which is meant
