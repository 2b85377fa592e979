"""What a server without its web interface says to a browser."""

from __future__ import annotations

from typing import Any

import pytest

from prefect.server.api.messages import Asked
from prefect.server.api.pages import Pages
from prefect.settings import get_current_settings, temporary_settings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "<code>python3 dev.py ui</code> builds them"),
        ({"PREFECT_UI_ENABLED": "false"}, "<code>PREFECT_UI_ENABLED=true</code>"),
    ],
)
async def test_it_says_how_to_get_the_interface(settings: dict[str, Any], said: str) -> None:
    """Who opens its address learns why there are no pages, what to do, and where the API is."""
    with temporary_settings(settings):
        pages = Pages(get_current_settings(), "/api")
    asked = Asked("GET", "/", (), b"", {}, full_path="/")
    assert pages.has(asked)
    answer = await pages.answer(asked)
    assert answer.status == 200
    text = answer.body.decode()
    assert said in text
    assert '<a href="docs">' in text
