"""HTTP clients that insist, and raise on statuses of failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from prefect._http_errors import PrefectHTTPStatusError
from prefect.client.base import PrefectHttpxAsyncClient, PrefectHttpxSyncClient
from prefect.testing.clock import hold_clock

Answers = list[httpx2.Response | Exception]


def giving(answers: Answers, seen: list[httpx2.Request]) -> httpx2.MockTransport:
    """A server that answers so, one after the other."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        given = answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    return httpx2.MockTransport(answer)


async def ask(
    kind: type[Any], answers: Answers, method: str = "GET", **options: Any
) -> tuple[Any, list[Any]]:
    """Ask such a server with a client of either kind."""
    seen: list[httpx2.Request] = []
    client = kind(transport=giving(answers, seen), base_url="http://server", **options)
    if kind is PrefectHttpxSyncClient:
        with client:
            return client.request(method, "/thing"), seen
    async with client:
        return await client.request(method, "/thing"), seen


both: Callable[[Any], Any] = pytest.mark.parametrize(
    "kind", [PrefectHttpxSyncClient, PrefectHttpxAsyncClient]
)


@both
async def test_a_failure_is_raised(kind: type[Any]) -> None:
    """A status of failure is an exception with what the server said."""
    with pytest.raises(PrefectHTTPStatusError, match="why"):
        await ask(kind, [httpx2.Response(409, json={"detail": "why"})])


@both
async def test_a_failure_can_be_an_answer(kind: type[Any]) -> None:
    """Who wants to look at failures gets them as answers."""
    answer, _ = await ask(kind, [httpx2.Response(409)], raise_on_all_errors=False)
    assert answer.status_code == 409


@both
async def test_it_is_tried_again(kind: type[Any]) -> None:
    """A server that is busy, or whose answer is lost, is asked again."""
    with hold_clock():
        answer, seen = await ask(
            kind, [httpx2.Response(503), httpx2.ReadTimeout("lost"), httpx2.Response(200, json=1)]
        )
    assert answer.json() == 1
    assert len(seen) == 3
    assert seen[0].headers["User-Agent"].startswith("prefect/")


@both
async def test_a_token_is_carried(kind: type[Any]) -> None:
    """A client that shall carry a token against forgery fetches it before the first change."""
    token = {"token": "secret", "expiration": "2999-01-01T00:00:00Z"}
    _, seen = await ask(
        kind, [httpx2.Response(200, json=token), httpx2.Response(201)], "POST", enable_csrf_support=True
    )
    assert [request.url.path for request in seen] == ["/csrf-token", "/thing"]
    assert seen[1].headers["Prefect-Csrf-Token"] == "secret"
