"""Every page: what it costs, that everybody can use it, that it believes nothing that users wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from prefect.server.api.application import Application
from prefect.settings import get_current_settings
from tests.browser.conftest import looking_at, recording_to, serve_the_build
from tests.browser.looking import Looking
from tests.browser.worlds import HOSTILE, a_run, deployed, everything, hostile
from tests.integration.server.serving import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_REQUESTS = 6

PHONE = 390
"""How wide the screen of a phone is."""

PARTS = 8
"""In how many parts the pages are looked at, so that none takes long and several processes share them."""


def shown(look: Looking, path: str) -> None:
    """Open a page and wait until it is whole."""
    look.at(path)
    look.page.locator("h1").first.wait_for()
    look.settled()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    """A server with one of everything, and the addresses of all pages by their names. Nothing changes it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("world")))
        serve_the_build(environment)
        application = Application(get_current_settings())
    with serving(application) as served:
        with recording_to(served):
            pages = everything(served)
        yield served, pages


@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_can_use_every_page(
    browser: Browser, world: tuple[Served, dict[str, str]], part: int
) -> None:
    """No page breaks a rule of WCAG 2.2 AA, light or dark, asks more than six questions, or is too wide for a phone."""
    served, pages = world
    wrong: dict[str, object] = {}
    with looking_at(browser, served, f"every-page-{part}") as look:
        look.hold_timers()
        for name, path in list(pages.items())[part::PARTS]:
            look.page.set_viewport_size({"width": 1360, "height": 880})
            look.page.emulate_media(color_scheme="light")
            with look.counting() as asked:
                shown(look, path)
            if len(asked) > MOST_REQUESTS:
                wrong[f"{name}: requests"] = asked
            for scheme in ("light", "dark"):
                look.page.emulate_media(color_scheme=scheme)
                look.keep(f"{name}-{scheme}")
                if found := look.violations(only_contrast=scheme == "dark"):
                    wrong[f"{name}, {scheme}"] = found
            look.page.set_viewport_size({"width": PHONE, "height": 844})
            look.keep(f"{name}-phone")
            if (width := look.page.evaluate("document.documentElement.scrollWidth")) > PHONE:
                wrong[f"{name}: width"] = width
    assert wrong == {}, json.dumps(wrong, indent=1)


def test_nothing_that_users_wrote_is_believed(look: Looking) -> None:
    """Names, logs, markdown, links and tables that hold scripts are shown as the text that they are."""
    alerts: list[str] = []
    look.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    run = hostile(return_state=True).state_details.flow_run_id
    deployment = deployed(
        look.server,
        "\u202egnp." + "x" * 150,
        description="<script>alert(1)</script> [x](javascript:alert(1))",
        tags=["<script>alert(2)</script>" + "y" * 200],
    )
    a_run(look.server, deployment, name=HOSTILE)
    look.server.ask("POST", "/variables/", json={"name": "bad", "value": "<script>alert(1)</script>" * 50})
    artifacts = look.server.ask("POST", "/artifacts/filter", json={})
    paths = [
        "/dashboard",
        "/runs",
        "/flows",
        "/deployments",
        f"/deployments/deployment/{deployment['id']}?tab=details",
        f"/runs/flow-run/{run}?tab=artifacts",
        f"/runs/flow-run/{run}",
        "/events",
        "/variables",
        *[f"/artifacts/artifact/{artifact['id']}" for artifact in artifacts],
    ]
    for path in paths:
        shown(look, path)
        harmful = (
            "main script, main [onerror], main [onload], main a[href^='javascript'], main img, main iframe"
        )
        assert look.page.locator(harmful).count() == 0, path
        assert look.page.evaluate("document.documentElement.scrollWidth") <= 1360, path
    look.at(f"/runs/flow-run/{run}")
    look.sees("<script>alert(1)</script> red ·abc")
    assert "<img src=x onerror=alert(1)>·gnp.exe" in look.page.locator("h1").inner_text()
    assert alerts == []
