"""A channel to the API of one server: sends questions until they are answered, within its patience."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import httpx2
from pydantic import TypeAdapter, ValidationError

from prefect._clock import now
from prefect._dual.effects import Steps, call, sleep
from prefect._fences import FENCED_OFF, HEADER, fence_header, fenced_off, fences_in
from prefect._http_errors import PrefectHTTPStatusError
from prefect._transport.absence import Absence
from prefect._transport.forgery import ForgeryToken
from prefect._transport.patience import (
    DONE_PERHAPS,
    LOST,
    MAINTENANCE,
    NEVER_SENT,
    Patience,
    seconds_asked,
)
from prefect._transport.questions import KEY, KEYS_HONOURED, Question, question_of
from prefect._transport.status_errors import typed_error
from prefect.exceptions import PrefectException
from prefect.store.operations import placement_of
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class Channel:
    """Asks the server behind an HTTP client.

    All methods return steps: run them blocking for an `httpx2.Client`, awaiting for an `httpx2.AsyncClient`.

    Args:
        sender: What sends the requests; the channel closes it.
        patience: How long to insist.
        csrf: Whether to carry a token against forgery, if the server wants one.
        absence: What is told whether the server answers.
    """

    def __init__(
        self,
        sender: httpx2.Client | httpx2.AsyncClient,
        patience: Patience,
        *,
        csrf: bool = True,
        absence: Absence | None = None,
    ) -> None:
        self._sender = sender
        self._patience = patience
        self._absence = absence
        self._token = ForgeryToken(is_wanted=csrf)
        self._was_reached = False
        self._honours_keys = False

    @property
    def url(self) -> httpx2.URL:
        """The root of the API."""
        return self._sender.base_url

    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """Have the server perform an operation, and return what it answers.

        Raises:
            PrefectException: As the operation does.
            PrefectHTTPStatusError: The server refused or failed in a way that the operation does not know.
        """
        try:
            response = yield from self.send(question_of(operation, *args, **kwargs))
        except PrefectHTTPStatusError as error:
            typed = typed_error(error)
            if typed is error:
                raise
            raise typed from error
        return answer_of(operation, response)

    def send(self, question: Question) -> Steps[httpx2.Response]:
        """Send a request until it is answered for good, and return the answer.

        Raises:
            PrefectHTTPStatusError: The status of the answer is one of failure.
            httpx2.TransportError: There was no answer.
        """
        if self._token.is_missing_for(question.method):
            yield from self._fetch_token()
        response = yield from self._insist(question)
        if self._token.is_refused(response):
            yield from self._fetch_token()
            response = yield from self._insist(question)
        if not response.is_success:
            raise PrefectHTTPStatusError.from_response(response)
        return response

    def close(self) -> Steps[None]:
        """Close the connections."""
        sender = self._sender
        yield from call(sender.close if isinstance(sender, httpx2.Client) else sender.aclose)

    def _fetch_token(self) -> Steps[None]:
        answer = yield from self._insist(self._token.question())
        if not self._token.take(answer):
            raise PrefectHTTPStatusError.from_response(answer)

    def _insist(self, question: Question) -> Steps[httpx2.Response]:
        tries, may_be_done = 0, False
        while True:
            tries += 1
            asked = None
            try:
                response = yield from self._try(question)
            except LOST as error:
                may_be_done |= not isinstance(error, NEVER_SENT)
                self._was_reached |= may_be_done
                if self._absence is not None:
                    self._absence.missed(str(error) or type(error).__name__)
                if not self._tries_again(question, tries, may_be_done=may_be_done):
                    raise _unreachable(error, self.url) from error
            else:
                if may_be_done and question.method == "DELETE" and response.status_code == 404:
                    return httpx2.Response(204, request=response.request)  # it is gone, as was asked
                is_transient = self._patience.is_transient(response.status_code)
                if self._absence is not None:
                    if is_transient:
                        self._absence.missed(f"status {response.status_code}")
                    elif response.is_success:
                        self._absence.answered()
                if not is_transient:
                    return response
                tries -= response.headers.get(MAINTENANCE) == "true"
                may_be_done |= response.status_code in DONE_PERHAPS
                if not self._tries_again(question, tries, may_be_done=may_be_done):
                    return response
                asked = seconds_asked(response, now())
            yield from sleep(self._patience.delay(max(tries, 1), asked))

    def _tries_again(self, question: Question, tries: int, *, may_be_done: bool) -> bool:
        is_safe = question.repeatable or (KEY in question.headers and self._honours_keys)
        if tries > self._patience.retries or (may_be_done and not is_safe):
            return False
        # A server that never answered is more likely to be elsewhere than to be busy: that is told at once.
        return self._was_reached or self._patience.insists

    def _try(self, question: Question) -> Steps[httpx2.Response]:
        headers = {**_fences(question.method), **question.headers, **self._token.headers(question.method)}
        if question.content is not None:
            headers["Content-Type"] = "application/json"
        request = self._sender.build_request(
            question.method,
            question.path,
            params=dict(question.query) or None,
            content=question.content,
            headers=headers,
        )
        # Blocking or not, what comes out of the effect is the answer.
        send = cast("Callable[[httpx2.Request], httpx2.Response]", self._sender.send)
        response = yield from call(send, request)
        self._was_reached = True
        for fence in fences_in(response.headers.get(FENCED_OFF)):
            fenced_off(fence)
        self._honours_keys |= KEYS_HONOURED in response.headers
        return response


def _fences(method: str) -> dict[str, str]:
    fences = "" if method == "GET" else fence_header()
    return {HEADER: fences} if fences else {}


def answer_of(operation: Callable[..., Transaction[R]], response: httpx2.Response) -> R:
    """Return what a server's answer says that an operation returned.

    Raises:
        PrefectException: It is not what this client knows.
    """
    if response.status_code == 204 or placement_of(operation).answer is type(None):
        return cast("R", None)
    if placement_of(operation).answer is str and response.headers.get("Content-Type", "").startswith("text/"):
        return cast("R", response.text)  # a value that is JSON already, as it was stored
    try:
        return _reader_of(operation).validate_json(response.content)
    except ValidationError as error:
        request = response.request
        raise PrefectException(
            f"The server's answer to {request.method} {request.url} is not what this client knows. "
            f"Their versions may be too far apart. {error}"
        ) from error


@functools.cache
def _reader_of(operation: Callable[..., Transaction[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(placement_of(operation).answer)


def _unreachable(error: httpx2.TransportError, url: httpx2.URL) -> httpx2.TransportError:
    why = str(error) or type(error).__name__
    return type(error)(
        f"The API at {url} gave no answer: {why}. Is the server running, and is PREFECT_API_URL right?",
        request=error.request,
    )
