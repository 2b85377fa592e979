"""The timeline of a run: what is looked for in it, its tasks, the hands that move it, and what comes while it runs."""

from __future__ import annotations

import contextvars
import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from prefect import flow, task
from prefect.runtime import flow_run
from tests.browser.conftest import looking_at
from tests.browser.looking import Looking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator


@task
def load(number: int) -> int:
    """Fail for each fifth number."""
    if number % 5 == 4:
        raise ValueError(number)
    return number


@task
def tell(number: int) -> None:
    """Do nothing."""


@flow
def inner() -> None:
    """Be called by another flow."""


@flow(name="harvest")
def harvest() -> None:
    """Run one task often, another once, and a flow."""
    tell(0)
    for number in range(10):
        load(number, return_state=True)
    inner()


def harvested() -> str:
    """Run the flow, and return the address of its run."""
    return f"/runs/flow-run/{harvest(return_state=True).state_details.flow_run_id}"


def canvas_of(look: Looking) -> Locator:
    """Return the canvas of the timeline, when it stands."""
    look.sees(re.compile(r"\d task runs?"))
    canvas = look.page.locator(".timeline canvas")
    canvas.wait_for()
    return canvas


def chosen(look: Looking) -> Locator:
    """Return where the chosen task run is told to who does not see the canvas."""
    return look.page.locator("[role=status]").filter(has_text="from +")


@contextmanager
def steps_of_a_run(first: int) -> Iterator[tuple[str, Callable[[str | None], None]]]:
    """Have a run go on beside the test.

    Args:
        first: How many steps it makes at once.

    Returns:
        The id of the run, and what has it make a step of a name; None ends it.
    """
    wanted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    known: queue.SimpleQueue[str] = queue.SimpleQueue()

    @task
    def step(name: str) -> str:
        if name == "bad":
            raise ValueError(name)
        return name

    @flow(name="long")
    def long() -> None:
        known.put(str(flow_run.id))
        for number in range(first):
            step(str(number))
        while (name := wanted.get()) is not None:
            step(name, return_state=True)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(lambda: long(return_state=True),))
    thread.start()
    try:
        yield known.get(timeout=60), wanted.put
    finally:
        wanted.put(None)
        thread.join(60)


def test_task_runs_are_found_in_the_timeline(look: Looking) -> None:
    """Those that failed, or have a name, stand out; what is looked for stands in the address and is kept."""
    page = look.at(harvested())
    canvas_of(look)
    page.get_by_role("button", name="Failed 2").click()
    look.sees("· 2 found")
    assert "bar_state=FAILED" in page.url
    look.keep("timeline-failed")
    page.get_by_role("searchbox", name="Find task runs by name").fill("tell")
    look.sees("· 0 found")
    page.reload()
    look.sees("· 0 found")
    page.get_by_role("button", name="Failed 2").click()
    look.sees("· 1 found")
    page.get_by_role("searchbox", name="Find task runs by name").fill("")
    page.get_by_text("found").wait_for(state="hidden")
    assert "bar" not in page.url.partition("?")[2]


def test_task_runs_stand_under_their_tasks(look: Looking) -> None:
    """Each task has one row; a press on it shows its runs, one of which is opened."""
    page = look.at(harvested())
    canvas = canvas_of(look)
    tall = canvas.bounding_box()
    page.get_by_role("button", name="By task").click()
    page.wait_for_url(re.compile("by=task"))
    look.keep("timeline-by-task")
    assert tall is not None
    canvas.click(position={"x": 60, "y": 26 + 24 + 12})  # the second row: what failed now and then
    canvas.focus()
    page.keyboard.press("n")
    chosen(look).get_by_text("tell").wait_for()
    page.keyboard.press("n")
    chosen(look).get_by_text("load").wait_for()
    look.keep("timeline-task-opened")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=re.compile("^load")).wait_for()


def test_the_timeline_is_moved_by_mouse_and_keys(look: Looking) -> None:
    """Ctrl and the wheel zoom, dragging moves, pressing twice shows all; words beside the pointer tell of a bar."""
    page = look.at(harvested())
    canvas = canvas_of(look)
    everything = page.get_by_role("button", name="Show all")
    assert everything.is_disabled()
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 140
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    page.locator("button[aria-label='Show all']:enabled").wait_for()
    page.mouse.down()
    page.mouse.move(x + 2000, y, steps=4)
    page.mouse.up()
    canvas.dblclick(position={"x": box["width"] - 4, "y": 10})
    page.locator("button[aria-label='Show all']:disabled").wait_for()
    canvas.focus()
    page.keyboard.press("p")
    chosen(look).wait_for()
    page.keyboard.press("Escape")
    chosen(look).wait_for(state="detached")
    beginning = {"x": box["width"] * 0.02 / 1.04, "y": 26 + 12}
    canvas.hover(position=beginning)
    page.locator(".tip").get_by_text("tell").wait_for()
    assert "Completed" in page.locator(".tip").inner_text()
    canvas.click(position=beginning)
    page.get_by_role("heading", level=1, name=re.compile("^tell")).wait_for()


def test_a_run_that_goes_on_is_followed(look: Looking) -> None:
    """Task runs come in as they are made, without all of them being read again; the end stays in sight."""
    asked: list[str] = []
    page = look.page
    timeline = page.get_by_role("region", name="Timeline")
    page.on("request", lambda request: "/timeline" in request.url and asked.append(request.url))
    with steps_of_a_run(2) as (run, make):
        look.at(f"/runs/flow-run/{run}")
        timeline.get_by_text("2 task runs").wait_for()
        timeline.get_by_role("button", name="Follow").click()
        page.locator("button[aria-label='Show all']:enabled").wait_for()
        make("good")
        timeline.get_by_text("3 task runs").wait_for()
        make("bad")
        timeline.get_by_role("button", name="Failed 1").wait_for()
        look.keep("timeline-followed")
        assert timeline.get_by_role("button", name="Follow").get_attribute("aria-pressed") == "true"
        canvas = canvas_of(look)
        canvas.focus()
        for key in (*("+" * 12), "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
        timeline.locator("button[aria-pressed=false]").get_by_text("Follow").wait_for()
        assert len([url for url in asked if "since=" not in url]) == 1
    timeline.get_by_role("button", name="Follow").wait_for(state="detached")
    timeline.get_by_text("4 task runs").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_fingers_zoom(browser: Browser, server: Any, scheme: str) -> None:
    """On a phone the timeline is as wide as the screen, and two fingers zoom into it."""
    with looking_at(
        browser, server, f"timeline-phone-{scheme}",
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme=scheme,
    ) as look:  # fmt: skip
        page = look.at(harvested() + "?by=task")
        box = canvas_of(look).bounding_box()
        assert box is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        session = page.context.new_cdp_session(page)
        y = box["y"] + 60

        def touch(kind: str, *places: float) -> None:
            points = [{"x": place, "y": y, "id": number} for number, place in enumerate(places)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", 220, 260)
        for step in range(1, 6):
            touch("touchMove", 220 - 12 * step, 260 + 12 * step)
        touch("touchEnd")
        page.locator("button[aria-label='Show all']:enabled").wait_for()
