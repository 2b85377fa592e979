"""The ASGI application: takes requests off the wire and sends the answers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from prefect._ids import uuid7
from prefect.server.api.api import Api
from prefect.server.api.compression import compress
from prefect.server.api.cross_origin import CrossOrigin
from prefect.server.api.interface import Interface
from prefect.server.api.messages import Answer, Asked, Receive, Scope, Send, refused
from prefect.server.api.pages import Pages
from prefect.server.api.routing import segments_of
from prefect.server.api.surroundings import Surroundings
from prefect.server.api.system_blocks import install_at_start
from prefect.server.api.websockets import WebsocketRoutes
from prefect.settings import Settings
from prefect.store.database import Database

if TYPE_CHECKING:
    from prefect.server.services.running import Services

MOST_BYTES = 64 * 1024 * 1024
"""How large the body of a request may be."""

_access = logging.getLogger("prefect.server.access")


class Application:
    """The server as an ASGI application. The database is opened at the start, or with the first request.

    Args:
        settings: The settings that hold for it.
        open_database: What opens the database; by default the one that the settings name.
        runs_services: Whether the services of the server run in this process.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        open_database: Callable[[], Database] | None = None,
        runs_services: bool = False,
    ) -> None:
        self.here = Surroundings(settings, open_database)
        self._runs_services = runs_services
        self._services: Services | None = None
        self._installing: asyncio.Task[None] | None = None
        self._api = Api(self.here)
        self._websockets = WebsocketRoutes(self.here)
        api = settings.server.api
        self._cross_origin = CrossOrigin(
            api.cors_allowed_origins, api.cors_allowed_methods, api.cors_allowed_headers
        )
        below = (api.base_path or "/api").strip("/")
        self.base_path = f"/{below}" if below else ""
        self._pages = Pages(settings, self.base_path)
        self._interface = Interface(settings, self.base_path)
        self._websockets = WebsocketRoutes(self.here)
        self._count = _counter() if settings.server.metrics_enabled else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, send)
            case "lifespan":
                await self._live(receive, send)
            case _:
                path = scope["path"].removeprefix(self.base_path)
                await self._websockets.serve(path, scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        asked = request_of(scope, self.base_path)
        answer = await self._answer_to(asked, receive)
        if answer is None:
            return
        if _access.isEnabledFor(logging.DEBUG):
            identity = str(uuid7())
            answer.headers.append((b"x-request-id", identity.encode()))
            _access.debug(
                "%s %s %d in %.1f ms [%s]",
                asked.method,
                asked.full_path,
                answer.status,
                (time.perf_counter() - begun) * 1000,
                identity,
            )
        if self._count is not None:
            self._count(asked.method, asked.route, answer.status, time.perf_counter() - begun)
        answer.headers.append(_HONOURS_KEYS)
        answer.headers += self._cross_origin.headers_for(asked.headers.get(b"origin"))
        await _send(send, compress(asked, answer), without_body=asked.method == "HEAD")

    async def _answer_to(self, asked: Asked, receive: Receive) -> Answer | None:
        """Return the answer; None if nobody waits for it any more."""
        answer = self._cross_origin.preflight(asked)
        if answer is not None:
            return answer
        body = await _body_of(receive)
        if body is None or isinstance(body, Answer):
            return body
        asked.body = body
        if not asked.full_path.startswith(f"{self.base_path}/"):
            return await self._answer_outside_of_api(asked)
        if self._pages.has(asked):
            return await self._api.why_not(asked) or await self._pages.answer(asked)
        return await self._api.answer(asked)

    async def _answer_outside_of_api(self, asked: Asked) -> Answer:
        shown = None if self._pages.has(asked) and asked.full_path != "/" else self._interface.answer(asked)
        if shown is not None:
            return shown
        return await self._pages.answer(asked) if self._pages.has(asked) else refused(404, "Not Found")

    async def start(self) -> None:
        """Open the database, and start the services.

        Raises:
            DatabaseError: The database cannot be opened.
        """
        database = await asyncio.to_thread(lambda: self.here.database)
        if self._runs_services:
            from prefect.server.services.running import (
                Services,  # an application for the API only does without
            )

            self._services = Services(database, self.here.settings)
            await self._services.start()
            self._installing = asyncio.create_task(install_at_start(self.here))

    async def stop(self) -> None:
        """Stop the services, commit everything and close the database."""
        await self._websockets.close()
        if self._services is not None:
            await self._services.stop()
        await self.installed()
        await asyncio.to_thread(self.here.close)

    async def installed(self) -> None:
        """Wait until what is stored at the start is stored."""
        if self._installing is not None:
            await self._installing

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, the server says it and ends
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})


_HONOURS_KEYS = (b"prefect-idempotency-keys", b"honoured")
"""Tells clients that requests with an `Idempotency-Key` may be sent again: they are done once."""


def _counter() -> Callable[[str, str, int, float], None]:
    from prefect.server.metrics import (
        count_request,  # loads the library of Prometheus: only where it is asked for
    )

    return count_request


def request_of(scope: Scope, base_path: str) -> Asked:
    """Return the request of a connection, its path below the base path of the API."""
    # The raw path tells a slash within a name from one between names.
    raw = scope.get("raw_path")
    full = raw.decode("latin-1") if raw else scope["path"]
    path = full.removeprefix(base_path)
    segments = segments_of(path)
    if "%" in path:
        segments = tuple(unquote(segment) for segment in segments)
    client = scope.get("client")
    return Asked(
        scope["method"],
        path,
        segments,
        scope["query_string"],
        dict(scope["headers"]),
        client[0] if client else None,
        full_path=full,
    )


async def _body_of(receive: Receive) -> bytes | Answer | None:
    """Return the body of a request, a refusal if it is too large, or None if the client is gone."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            return refused(413, f"The body is larger than {MOST_BYTES} bytes.")
        if not message.get("more_body"):
            return part if not parts else b"".join((*parts, part))
        parts.append(part)


async def _send(send: Send, answer: Answer, *, without_body: bool) -> None:
    headers = answer.headers
    if answer.content_type is not None:
        headers.append((b"content-type", answer.content_type))
    if answer.stream is None and answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.stream is None or without_body:
        await send({"type": "http.response.body", "body": b"" if without_body else answer.body})
        return
    async for part in answer.stream:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
