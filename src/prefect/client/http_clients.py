"""HTTP clients that insist like the clients of the API: for those who ask a server for what no method asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import httpx2

from prefect._clock import now
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, call, sleep
from prefect._http_errors import PrefectHTTPStatusError
from prefect._transport.connection import USER_AGENT
from prefect._transport.forgery import ForgeryToken
from prefect._transport.patience import LOST, Patience, seconds_asked
from prefect.settings import get_current_settings

Send = Callable[[httpx2.Request], Any]


class PrefectHttpxSyncClient(httpx2.Client):
    """An `httpx.Client` that tries again while a server is busy, and raises on statuses of failure.

    Args:
        *args: Those of `httpx.Client`.
        enable_csrf_support: Carry a token against forgery, if the server wants one.
        raise_on_all_errors: Raise PrefectHTTPStatusError where an answer is one of failure; otherwise return it.
        **kwargs: Those of `httpx.Client`.
    """

    def __init__(
        self, *args: Any, enable_csrf_support: bool = False, raise_on_all_errors: bool = True, **kwargs: Any
    ) -> None:
        self.enable_csrf_support = enable_csrf_support
        self.raise_on_all_errors = raise_on_all_errors
        self._insistence = _Insistence(csrf=enable_csrf_support, raises=raise_on_all_errors)
        super().__init__(*args, **kwargs)
        self.headers["User-Agent"] = USER_AGENT

    def send(self, request: httpx2.Request, *args: Any, **kwargs: Any) -> httpx2.Response:
        """Send a request until it is answered for good; see `httpx.Client.send`."""
        first = super().send
        return run(self._insistence.sending(self, request, lambda each: first(each, *args, **kwargs)))


class PrefectHttpxAsyncClient(httpx2.AsyncClient):
    """An `httpx.AsyncClient` that does what `PrefectHttpxSyncClient` does. The arguments are the same."""

    def __init__(
        self, *args: Any, enable_csrf_support: bool = False, raise_on_all_errors: bool = True, **kwargs: Any
    ) -> None:
        self.enable_csrf_support = enable_csrf_support
        self.raise_on_all_errors = raise_on_all_errors
        self._insistence = _Insistence(csrf=enable_csrf_support, raises=raise_on_all_errors)
        super().__init__(*args, **kwargs)
        self.headers["User-Agent"] = USER_AGENT

    async def send(self, request: httpx2.Request, *args: Any, **kwargs: Any) -> httpx2.Response:
        """Send a request until it is answered for good; see `httpx.AsyncClient.send`."""
        first = super().send
        return await arun(self._insistence.sending(self, request, lambda each: first(each, *args, **kwargs)))


class _Insistence:
    """How a client sends a request."""

    def __init__(self, *, csrf: bool, raises: bool) -> None:
        self._token = ForgeryToken(is_wanted=csrf)
        self._raises = raises

    def sending(
        self, client: httpx2.Client | httpx2.AsyncClient, request: httpx2.Request, send: Send
    ) -> Steps[httpx2.Response]:
        if self._token.is_missing_for(request.method):
            question = self._token.question()
            asking = client.build_request(question.method, question.path, params=dict(question.query))
            answer = yield from self._insist(asking, send)
            if not self._token.take(answer):
                raise PrefectHTTPStatusError.from_response(answer)
        request.headers.update(self._token.headers(request.method))
        response = yield from self._insist(request, send)
        if self._raises and not response.is_success:
            yield from call(
                cast(
                    "Callable[[], Any]",
                    response.read if isinstance(client, httpx2.Client) else response.aread,
                )
            )
            raise PrefectHTTPStatusError.from_response(response)
        return response

    @staticmethod
    def _insist(request: httpx2.Request, send: Send) -> Steps[httpx2.Response]:
        settings = get_current_settings().client
        patience = Patience(settings.max_retries, settings.retry_jitter_factor, settings.retry_extra_codes)
        tries = 0
        while True:
            tries += 1
            asked = None
            try:
                response: httpx2.Response = yield from call(send, request)
            except LOST:
                if tries > patience.retries:
                    raise
            else:
                if not patience.is_transient(response.status_code) or tries > patience.retries:
                    return response
                asked = seconds_asked(response, now())
            yield from sleep(patience.delay(tries, asked))
