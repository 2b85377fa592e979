"""What a person does with a page: opens it, reads it, keeps a picture, and checks that everybody can use it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.integration.server.serving import Served

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"

PATIENCE = 60
"""How many seconds a page may take on a very slow machine, before it counts as one that will not come."""

_AT_REST = """() => new Promise(done => {
  const idle = () => new Promise(next => requestIdleCallback(next, {timeout: 2000}));
  idle().then(idle).then(() => done(document.querySelectorAll(".bones").length));
})"""
"""Wait until the page has nothing to do, and tell how often it shows something in the place of what is to come."""

_HOLDS_ITS_TIMERS = """(() => {
  const soon = window.setTimeout;
  window.setTimeout = (what, wait = 0, ...given) => wait < 250 ? soon(what, wait, ...given) : 0;
  window.setInterval = () => 0;
})()"""


class Looking:
    """A page of a browser, on a server.

    Attributes:
        page: The page.
        server: The server.
        complaints: What the page wrote to the console as errors, and requests to elsewhere.
    """

    def __init__(self, page: Page, server: Served, pictures: Path) -> None:
        self.page = page
        self.server = server
        self.complaints: list[str] = []
        self._asking: set[Request] = set()
        self._pictures = pictures
        self._root = server.url.removesuffix("/api")
        page.on("pageerror", lambda error: self.complaints.append(f"{error}"))
        page.on("console", self._hear)
        page.on("request", self._note)
        page.on("requestfinished", self._forget)
        page.on("requestfailed", self._forget)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"{said.text} {said.location['url']}")

    def _note(self, request: Request) -> None:
        if not request.is_navigation_request():
            self._asking.add(request)
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws"} and address.netloc != urlsplit(self._root).netloc:
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _forget(self, request: Request) -> None:
        self._asking.discard(request)

    def at(self, path: str, heading: str | None = None) -> Page:
        """Open an address, and wait for its heading."""
        self._asking.clear()  # what the page before this one asked nobody waits for
        self.page.goto(self._root + path)
        if heading is not None:
            self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        return self.page

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until a text stands on the page."""
        self.page.get_by_text(text).first.wait_for()

    def hold_timers(self) -> None:
        """From the next page on, nothing happens by the clock: a page asks what opening it asks, and nothing again.

        However long it takes, no poll comes due, and no event has anything read once more. What a page does within
        a quarter of a second, to gather what happens at the same time, it still does.
        """
        self.page.add_init_script(_HOLDS_ITS_TIMERS)

    def settled(self) -> None:
        """Wait until the page is whole: nothing is asked for any more, nothing is left to draw, no place is kept."""
        deadline = time.monotonic() + PATIENCE
        rests = 0
        while rests < 2:  # the second look sees what the end of an answer has set off
            awaited = self.page.evaluate(_AT_REST)
            rests = 0 if awaited or self._asking else rests + 1
            still = [each.url for each in self._asking]
            assert time.monotonic() < deadline, f"{self.page.url} waits for {awaited} parts, asking {still}"

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """Collect what is asked of the API."""
        asked: list[str] = []

        def note(request: Request) -> None:
            if "/api/" in request.url and request.resource_type != "websocket":
                asked.append(f"{request.method} {urlsplit(request.url).path}")

        self.page.on("request", note)
        yield asked
        self.page.remove_listener("request", note)

    def keep(self, name: str) -> None:
        """Keep a picture of the page."""
        self._pictures.mkdir(exist_ok=True)
        plain = re.sub(r"[^\w.-]+", "-", name)
        self.page.screenshot(path=self._pictures / f"{plain}.png")

    def violations(self, *, only_contrast: bool = False) -> list[dict[str, Any]]:
        """Return which rules of WCAG the page breaks, by axe."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        rules = (
            ["color-contrast"] if only_contrast else ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        )
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
        return [
            {"rule": each["id"], "where": [node["html"][:160] for node in each["nodes"]][:4]}
            for each in found["violations"]
        ]
