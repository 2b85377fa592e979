"""Who may ask, from where, and for which version."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from prefect.server.api.forgery import ForgeryTokens

ORIGIN = {"origin": "http://pages.example"}


@pytest.mark.parametrize("version", [None, "0.8.0", "0.8.4", "0.9.9", "1.0.0"])
async def test_versions_that_are_spoken(api: httpx2.AsyncClient, version: str | None) -> None:
    """Clients of this version of the API, of later ones and of no version are answered."""
    headers = {} if version is None else {"X-PREFECT-API-VERSION": version}
    assert (await api.get("/hello", headers=headers)).status_code == 200


@pytest.mark.parametrize("version", ["0.7.0", "abc", "0.8", "", "0.8.4.1"])
async def test_versions_that_are_not_spoken(api: httpx2.AsyncClient, version: str) -> None:
    """Older clients are refused, except where they ask whether the server is well and what it speaks."""
    headers = {"X-PREFECT-API-VERSION": version}
    answer = await api.get("/hello", headers=headers)
    assert (answer.status_code, "detail" in answer.json()) == (400, True)
    assert (await api.get("/health", headers=headers)).status_code == 200
    assert (await api.get("/version", headers=headers)).json() == "0.8.4"


async def test_a_password_is_asked_for(asking: Any) -> None:
    """With a password set, everything but the signs of life needs it; a wrong one is told like none."""
    async with asking(PREFECT_SERVER_API_AUTH_STRING="me:secret") as api:
        for path in ("/health", "/ready"):
            assert (await api.get(path)).status_code == 200
        for path in ("/version", "/hello", "/openapi.json", "/csrf-token?client=a", "/nothing"):
            answer = await api.get(path)
            assert (answer.status_code, answer.json()) == (401, {"exception_message": "Unauthorized"})
        assert (await api.get("/hello", auth=("me", "secret"))).json() == "👋"
        assert (await api.get("/hello", auth=("me", "wrong"))).status_code == 401
        assert (await api.get("/hello", headers={"authorization": "Bearer x"})).status_code == 401
        assert (await api.get("/hello", headers={"authorization": "Basic ???"})).status_code == 401
        settings = (await api.get("/admin/settings", auth=("me", "secret"))).text
        assert "me:secret" not in settings


async def test_tokens_against_forgery(asking: Any) -> None:
    """With tokens wanted, nothing is changed without one of this client; reading needs none."""
    async with asking(PREFECT_SERVER_CSRF_PROTECTION_ENABLED=True) as api:
        assert (await api.get("/csrf-token")).status_code == 422
        made = (await api.get("/csrf-token?client=mine")).json()
        assert set(made) == {"id", "created", "updated", "token", "client", "expiration"}
        assert (await api.get("/hello")).status_code == 200
        body = {"json": {"name": "a", "value": 1}}
        token, client = {"Prefect-Csrf-Token": made["token"]}, {"Prefect-Csrf-Client": "mine"}
        for headers, says in (
            ({}, "Missing CSRF token."),
            (client, "Missing CSRF token."),
            (token, "Missing client identifier."),
            (token | {"Prefect-Csrf-Client": "other"}, "Invalid CSRF token or client identifier."),
            (client | {"Prefect-Csrf-Token": "guess"}, "Invalid CSRF token or client identifier."),
        ):
            answer = await api.post("/variables/", headers=headers, **body)
            assert (answer.status_code, answer.json()) == (403, {"detail": says})
        assert (await api.post("/variables/", headers=token | client, **body)).status_code == 201


async def test_tokens_that_are_not_wanted(api: httpx2.AsyncClient) -> None:
    """A client that asks for a token which is not wanted is told so, in the words that it looks for."""
    answer = await api.get("/csrf-token?client=x")
    assert (answer.status_code, answer.json()) == (422, {"detail": "CSRF protection is disabled."})


def test_a_token_ends() -> None:
    """A token is good for its client until its time is over, on each server that has the key."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    tokens = ForgeryTokens(b"key", timedelta(hours=1))
    token, ends = tokens.make("me", moment)
    assert ends == moment + timedelta(hours=1)
    other_server = ForgeryTokens(b"key", timedelta(hours=1))
    assert other_server.is_good(token, "me", moment)
    assert not tokens.is_good(token, "you", moment)
    assert not tokens.is_good(token, "me", ends)
    assert not tokens.is_good("ffffffffff" + token, "me", moment)
    assert not ForgeryTokens(b"other", timedelta(hours=1)).is_good(token, "me", moment)


async def test_pages_of_other_origins(asking: Any) -> None:
    """A page of another origin may ask what the settings allow, and its browser is told that before."""
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "x-a"}
    async with asking() as api:
        assert (await api.get("/hello", headers=ORIGIN)).headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-origin" not in (await api.get("/hello")).headers
        before = await api.options("/hello", headers=ORIGIN | asks)
        assert (before.status_code, before.headers["access-control-allow-headers"]) == (200, "x-a")
    allowed = {
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://pages.example, http://b",
        "PREFECT_SERVER_CORS_ALLOWED_METHODS": "GET",
        "PREFECT_SERVER_CORS_ALLOWED_HEADERS": "x-b",
    }
    async with asking(**allowed) as api:
        answer = await api.get("/hello", headers=ORIGIN)
        assert answer.headers["access-control-allow-origin"] == "http://pages.example"
        assert (
            "access-control-allow-origin"
            not in (await api.get("/hello", headers={"origin": "http://c"})).headers
        )
        before = await api.options("/hello", headers=ORIGIN | asks)
        assert (before.status_code, before.text) == (400, "Disallowed CORS method, headers")


async def test_large_answers_are_compressed_for_those_far_away(asking: Any) -> None:
    """A large answer is compressed when the client can read that and is not on this machine."""
    for client, accepted, compressed in (
        ("10.0.0.1", "gzip, deflate", True),
        ("10.0.0.1", "gzip;q=0", False),
        ("10.0.0.1", "identity", False),
        ("127.0.0.1", "gzip", False),
    ):
        async with asking(client) as api:
            await api.post("/variables/", json={"name": "long", "value": "x" * 4000})
            for _ in range(5):
                await api.patch("/variables/name/long", json={"tags": ["y" * 4000] * 4})
            answer = await api.get("/variables/name/long", headers={"accept-encoding": accepted})
            assert ("content-encoding" in answer.headers) is compressed
            assert answer.json()["name"] == "long"
            await api.delete("/variables/name/long")


async def test_requests_are_logged_when_that_is_asked_for(
    api: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG each request is a line in the log, found again by the id that its answer has."""
    assert "x-request-id" not in (await api.get("/hello")).headers
    with caplog.at_level(logging.DEBUG, "prefect.server.access"):
        answer = await api.get("/hello")
    assert "GET /api/hello 200 in" in caplog.text
    assert answer.headers["x-request-id"] in caplog.text
