"""The API: who may ask is checked, the route is found, and what goes wrong has an answer too."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from prefect._clock import now
from prefect.server.api.authentication import check_authentication
from prefect.server.api.figures import read_figures
from prefect.server.api.forgery import CHANGING, check_forgery
from prefect.server.api.messages import Answer, Asked, refused
from prefect.server.api.operation_routes import operation_routes
from prefect.server.api.plain_routes import PlainRoute
from prefect.server.api.plain_table import PLAIN_ROUTES
from prefect.server.api.refusals import answer_of
from prefect.server.api.routing import Found, Routes, WrongMethod
from prefect.server.api.surroundings import Surroundings
from prefect.server.api.versions import check_version


class Route(Protocol):
    """What answers the requests for one path and method."""

    @property
    def method(self) -> str:
        """The HTTP method, in capitals."""
        ...

    @property
    def path(self) -> str:
        """The path, with parameters in braces."""
        ...

    async def answer(self, asked: Asked, values: Mapping[str, str], here: Surroundings) -> Answer:
        """Answer a request; `values` stand in its path. What is raised is answered by `refusals.answer_of`."""
        ...


class Api:
    """Answers requests below the base path of the API."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        settings = here.settings.server.api
        secret = settings.auth_string
        self._auth_string = secret.get_secret_value() if secret else None
        self._wants_tokens = settings.csrf_protection_enabled
        self._routes: Routes[Route] = Routes()
        for route in operation_routes():
            self._routes.add(route.method, route.path, route)
        for route in PLAIN_ROUTES:
            self._routes.add(route.method, route.path, route)
        if here.settings.server.metrics_enabled:
            self._routes.add("GET", "/metrics", PlainRoute(read_figures, "GET", "/metrics"))

    async def answer(self, asked: Asked) -> Answer:
        """Answer a request, whatever it is."""
        try:
            return await self.why_not(asked) or await self._perform(asked)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - each has its answer, and what is unforeseen is logged there
            return answer_of(error)

    async def why_not(self, asked: Asked) -> Answer | None:
        """Return why a request is not even looked at, if that is so."""
        answer = None
        if self._auth_string is not None:
            answer = check_authentication(asked, self._auth_string)
        if answer is None and self._wants_tokens and asked.method in CHANGING:
            answer = check_forgery(asked, await self._here.forgery_tokens(), now())
        return answer or check_version(asked)

    async def _perform(self, asked: Asked) -> Answer:
        match self._routes.find(asked.method, asked.segments):
            case Found(route, values):
                asked.route = route.path
                return await route.answer(asked, values, self._here)
            case WrongMethod(allowed):
                answer = refused(405, "Method Not Allowed")
                answer.headers.append((b"allow", ", ".join(allowed).encode("latin-1")))
                return answer
            case None:
                return self._elsewhere(asked) or refused(404, "Not Found")

    def _elsewhere(self, asked: Asked) -> Answer | None:
        """Send who forgot the slash at the end, or wrote one too many, to the right path."""
        segments = asked.segments
        other = segments[:-1] if segments[-1] == "" else (*segments, "")
        if not other or self._routes.find(asked.method, other) is None:
            return None
        path = asked.full_path.rstrip("/") + ("/" if other[-1] == "" else "")
        location = path.encode("latin-1", "replace") + (b"?" + asked.query if asked.query else b"")
        return Answer(307, content_type=None, headers=[(b"location", location)])
