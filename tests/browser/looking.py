"""What a person does with a page: opens it, reads it, keeps a picture, and checks that everybody can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.integration.server.serving import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"


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
        self._pictures = pictures
        self._root = server.url.removesuffix("/api")
        page.on("pageerror", lambda error: self.complaints.append(f"{error}"))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws"} and address.netloc != urlsplit(self._root).netloc:
            self.complaints.append(f"asked elsewhere: {request.url}")

    def at(self, path: str, heading: str | None = None) -> Page:
        """Open an address, and wait for its heading."""
        self.page.goto(self._root + path)
        if heading is not None:
            self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        return self.page

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until a text stands on the page."""
        self.page.get_by_text(text).first.wait_for()

    def settled(self) -> None:
        """Wait until nothing is asked for any more."""
        self.page.wait_for_load_state("networkidle")

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
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        rules = (
            ["color-contrast"] if only_contrast else ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        )
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
        return [
            {"rule": each["id"], "where": [node["html"][:160] for node in each["nodes"]][:4]}
            for each in found["violations"]
        ]
