"""Assets: which there are, what they are made of, and which run made them."""

from __future__ import annotations

import re

from tests.browser.looking import Looking
from tests.browser.warehouse import ORDERS, warehouse


def test_without_assets_the_page_teaches_how_to_make_one(look: Looking) -> None:
    """Who opens the page before there is an asset learns the decorator that makes one."""
    look.at("/assets", "Assets")
    look.sees("No assets yet")
    look.sees(re.compile("@materialize"))


def test_an_asset_is_found_and_leads_to_the_run_that_made_it(look: Looking) -> None:
    """From the list to one asset, to its lineage, and to the run that made it last."""
    warehouse(return_state=True)
    page = look.at("/assets", "Assets")
    page.get_by_text("6 assets", exact=True).wait_for()
    page.get_by_role("searchbox", name="Key or name of an asset").fill("ORDERS")
    page.get_by_text("3 assets", exact=True).wait_for()
    assert "q=ORDERS" in page.url
    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("heading", level=1, name="Orders", exact=True).wait_for()
    look.sees("the data team")
    look.sees("rows: 3, seconds: 1.5")
    table = page.get_by_role("region", name="When it was made").get_by_role("table")
    table.get_by_text("by dbt").wait_for()
    look.keep("asset")
    table.get_by_role("link", name=re.compile("^clean")).click()
    page.wait_for_url(re.compile("/runs/task-run/"))


def test_the_lineage_of_an_asset_is_walked_by_the_keyboard(look: Looking) -> None:
    """Each asset in the graph is a link that says what it is made of, and opens by Enter."""
    warehouse(return_state=True)
    page = look.at(f"/assets/asset?key={ORDERS.key}", "Orders")
    graph = page.get_by_role("region", name="Graph of the lineage")
    assert graph.get_by_role("link").count() == 6
    node = graph.get_by_role("link", name=re.compile("^daily.html .*failed, made of"))
    node.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="s3://reports/daily.html").wait_for()
    page.get_by_role("button", name="List").click()
    above = page.get_by_role("list", name="What it is made of")
    above.get_by_text("by 2 steps").first.wait_for()
    above.get_by_role("link", name="Raw orders").click()
    page.get_by_role("heading", level=1, name="Raw orders").wait_for()


def test_an_asset_page_can_be_reloaded_and_names_what_is_not_there(look: Looking) -> None:
    """The address of an asset holds its whole key; one that nobody knows is told in words."""
    warehouse(return_state=True)
    page = look.at(f"/assets/asset?key={ORDERS.key}", "Orders")
    page.reload()
    page.get_by_role("heading", level=1, name="Orders", exact=True).wait_for()
    look.at("/assets/asset?key=s3%3A%2F%2Fnone", "Asset")
    look.sees(re.compile("No event tells of an asset s3://none"))
    look.complaints.clear()  # the browser tells of the answer 404, which is meant
