"""The settings one by one: what each is, what set it, and no secret among them."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from prefect.server.api.application import Application
from prefect.settings import get_current_settings


async def told(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, dict[str, Any]]:
    """Ask a server with these variables for its settings, and return them by their names."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    application = Application(get_current_settings())
    transport = httpx2.ASGITransport(app=application)  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url="http://test/api") as client:
        answer = await client.get("/ui/settings", headers={"Authorization": "Basic YWRtaW46aHVudGVyMg=="})
    assert answer.status_code == 200
    for secret in ("hunter2", "tr0ub4dor"):
        assert secret not in answer.text
    return {each["name"]: each for each in answer.json()}


async def test_each_setting_says_what_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment sets is told apart from defaults, with its meaning."""
    settings = await told(monkeypatch, PREFECT_SERVER_API_DEFAULT_LIMIT="77")
    limit, port = settings["server.api.default_limit"], settings["server.api.port"]
    assert (limit["value"], limit["source"]) == ("77", "env")
    assert (port["value"], port["source"], port["variable"]) == ("4200", None, "PREFECT_SERVER_API_PORT")
    assert port["description"]


async def test_secrets_headers_and_passwords_in_addresses_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at the settings learns that there is a secret, not which."""
    settings = await told(
        monkeypatch,
        PREFECT_SERVER_API_AUTH_STRING="admin:hunter2",
        PREFECT_CLIENT_CUSTOM_HEADERS='{"X-Key": "tr0ub4dor"}',
        PREFECT_UI_URL="http://ann:hunter2@host/ui",
    )
    assert settings["server.api.auth_string"]["value"] == "********"
    assert settings["client.custom_headers"]["value"] == '{"X-Key": "********"}'
    assert "http://ann:********@host/ui" in [each["value"] for each in settings.values()]
