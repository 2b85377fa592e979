"""How a server is reached: headers, secrets, settings of the HTTP client, apps in this process."""

from __future__ import annotations

import base64
import logging
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
import httpx2
import pytest

from prefect import __version__
from prefect._dual.drivers import arun, run
from prefect._transport.connection import Connection
from prefect._transport.questions import Question
from prefect.exceptions import PrefectException, PrefectHTTPStatusError

HELLO = Question("GET", "/hello")


def headers_of(httpx_settings: Mapping[str, Any] | None = None, **facts: Any) -> httpx2.Headers:
    """The headers of a request by such a connection."""
    seen: list[httpx2.Headers] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers)
        return httpx2.Response(200)

    settings = {"transport": httpx2.MockTransport(answer), **(httpx_settings or {})}
    run(Connection("http://server/api", httpx_settings=settings, **facts).open().send(HELLO))
    return seen[0]


def test_a_client_says_what_it_is() -> None:
    """A server sees the version of the client and of the API that it speaks."""
    headers = headers_of()
    assert headers["User-Agent"] == f"prefect/{__version__} (API 0.8.4)"
    assert headers["X-PREFECT-API-VERSION"] == "0.8.4"
    assert "Authorization" not in headers


def test_a_password_goes_before_a_key() -> None:
    """A server that asks for a user gets it; one that asks for a key gets the key."""
    assert headers_of(api_key="k")["Authorization"] == "Bearer k"
    both = headers_of(api_key="k", auth_string="ada:lovelace")["Authorization"]
    assert base64.b64decode(both.removeprefix("Basic ")) == b"ada:lovelace"


def test_custom_headers_are_sent_but_for_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A setting adds headers for a gateway; those that mean something to the server are left alone, and said so."""
    monkeypatch.setenv("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-Gate": "7", "user-agent": "mine"}')
    with caplog.at_level(logging.WARNING):
        headers = headers_of()
    assert headers["X-Gate"] == "7"
    assert headers["User-Agent"].startswith("prefect/")
    assert "user-agent" in caplog.text


def test_settings_of_the_http_client_go_first() -> None:
    """What a caller sets for the HTTP client holds."""
    headers = headers_of({"headers": {"X-Mine": "1", "X-PREFECT-API-VERSION": "0.9"}, "auth": ("u", "p")})
    assert headers["X-Mine"] == "1"
    assert headers["X-PREFECT-API-VERSION"] == "0.9"
    assert headers["Authorization"].startswith("Basic ")


def test_objects_of_httpx_are_understood() -> None:
    """Code written for the original hands over objects of another library, and they do what they say."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"by": "httpx"})

    settings = {
        "transport": httpx.MockTransport(answer),
        "auth": httpx.BasicAuth("ada", "lovelace"),
        "timeout": httpx.Timeout(3),
        "limits": httpx.Limits(max_connections=2),
        "cookies": httpx.Cookies({"a": "b"}),
        "headers": httpx.Headers({"X-Mine": "1"}),
    }
    channel = Connection("http://server/api", httpx_settings=settings).open()
    assert run(channel.send(HELLO)).json() == {"by": "httpx"}
    assert seen[0].headers["Authorization"] == "Basic YWRhOmxvdmVsYWNl"
    assert seen[0].headers["Cookie"] == "a=b"
    assert seen[0].headers["X-Mine"] == "1"
    run(channel.close())


def test_an_error_is_one_of_httpx_too() -> None:
    """Code that catches the status error of the library httpx catches ours."""
    transport = httpx2.MockTransport(lambda _: httpx2.Response(418))
    channel = Connection("http://server/api", httpx_settings={"transport": transport}).open()
    with pytest.raises(httpx.HTTPStatusError) as caught:
        run(channel.send(HELLO))
    assert isinstance(caught.value, PrefectHTTPStatusError)


def test_certificates_are_checked_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server's certificate is checked, by the authorities of a file where one is named."""
    given: list[Any] = []

    class Recording(httpx2.Client):
        def __init__(self, **arguments: Any) -> None:
            given.append(arguments["verify"])
            super().__init__(**{**arguments, "verify": False})

    monkeypatch.setattr(httpx2, "Client", Recording)
    Connection("https://server/api").open()
    monkeypatch.setenv("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true")
    Connection("https://server/api").open()
    assert isinstance(given[0], ssl.SSLContext)
    assert given[0].verify_mode is ssl.CERT_REQUIRED
    assert given[1] is False


# --- an app in this process --------------------------------------------------------------------------------------


class App:
    """A server's app that counts its lives."""

    def __init__(self, *, fails: bool = False) -> None:
        self.events: list[str] = []
        self.fails = fails

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                self.events.append(message["type"])
                if self.fails:
                    raise RuntimeError("no disk")
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        else:
            self.events.append(scope["path"])
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b'"here"'})


LIFE = ["lifespan.startup", "/api/hello", "/api/hello", "lifespan.shutdown"]


def test_an_app_answers_who_blocks() -> None:
    """A server in this process is started with the first request and stopped with the client."""
    app = App()
    channel = Connection(app).open()
    for _ in range(2):
        assert run(channel.send(HELLO)).json() == "here"
    run(channel.close())
    assert app.events == LIFE


async def test_an_app_answers_who_awaits() -> None:
    """The same app answers an async client."""
    app = App()
    channel = Connection(app).open_async()
    for _ in range(2):
        assert (await arun(channel.send(HELLO))).json() == "here"
    await arun(channel.close())
    assert app.events == LIFE


def test_an_app_that_does_not_start_says_why() -> None:
    """A server in this process that cannot be started is an error with its reason."""
    channel = Connection(App(fails=True)).open()
    with pytest.raises(PrefectException, match="no disk"):
        run(channel.send(HELLO))
    run(channel.close())
