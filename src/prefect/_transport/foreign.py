"""Objects of the library httpx among the settings of a client, made usable for httpx2, which came of it.

Code written for the original hands over `httpx.BasicAuth(...)`, `httpx.ASGITransport(...)` and their like. httpx2 takes
what only holds values, and refuses what it calls; those are wrapped here.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, cast

import httpx2


def native(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings for an HTTP client in which nothing needs the library httpx to be the one that calls it."""
    given = {name: _native(value) for name, value in settings.items()}
    mounts = given.get("mounts")
    if mounts:
        given["mounts"] = {pattern: _native(transport) for pattern, transport in mounts.items()}
    return given


def _native(value: Any) -> Any:
    if not _is_foreign(value):
        return value
    kinds = {kind.__name__ for kind in type(value).__mro__ if kind.__module__.startswith("httpx")}
    if "Auth" in kinds:
        return _Auth(value)
    if {"BaseTransport", "AsyncBaseTransport"} & kinds:
        return _Transport(value)
    if "Proxy" in kinds:
        return httpx2.Proxy(str(value.url), auth=value.auth, headers=dict(value.headers))
    if "Cookies" in kinds:
        return dict(value)
    return value


def _is_foreign(value: Any) -> bool:
    return any(kind.__module__.split(".")[0] == "httpx" for kind in type(value).__mro__)


class _Auth(httpx2.Auth):
    """Lets an `httpx.Auth` sign requests: it only touches their headers."""

    def __init__(self, auth: Any) -> None:
        self._auth = auth
        self.requires_request_body = auth.requires_request_body
        self.requires_response_body = auth.requires_response_body

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        yield from self._auth.auth_flow(request)


class _Transport(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Sends requests by a transport of httpx."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._transport.handle_request(_foreign_request(request))
        return _native_response(response, response.read())

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._transport.handle_async_request(_foreign_request(request))
        return _native_response(response, await response.aread())

    def close(self) -> None:
        self._transport.close()

    async def aclose(self) -> None:
        await self._transport.aclose()


def _foreign_request(request: httpx2.Request) -> Any:
    from importlib import import_module  # httpx is no dependency of ours: it is there, since its objects are

    return import_module("httpx").Request(
        request.method, str(request.url), headers=request.headers.raw, content=request.content
    )


def _native_response(response: Any, content: bytes) -> httpx2.Response:
    # The content has been decompressed by then.
    headers = [
        (name, value)
        for name, value in cast("list[tuple[bytes, bytes]]", response.headers.raw)
        if name.lower() not in {b"content-encoding", b"content-length"}
    ]
    return httpx2.Response(response.status_code, headers=headers, content=content)
