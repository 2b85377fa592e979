"""The token against forged requests that a server may want with every request that changes something."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx2

from prefect._clock import now
from prefect._ids import uuid7
from prefect._transport.questions import Question

TOKEN_HEADER = "Prefect-Csrf-Token"  # noqa: S105 - the name of a header
CLIENT_HEADER = "Prefect-Csrf-Client"


class ForgeryToken:
    """The token of one client.

    Attributes:
        is_wanted: Whether the server wants one, as far as is known.
    """

    def __init__(self, *, is_wanted: bool = True) -> None:
        self.is_wanted = is_wanted
        self._client = str(uuid7())
        self._token: str | None = None
        self._expires = datetime.max.replace(tzinfo=now().tzinfo)

    def is_missing_for(self, method: str) -> bool:
        """Whether a token has to be fetched before such a request."""
        if not self.is_wanted or method not in {"POST", "PUT", "PATCH", "DELETE"}:
            return False
        return self._token is None or now() >= self._expires

    def question(self) -> Question:
        """Return the request for a token."""
        return Question("GET", "/csrf-token", {"client": self._client})

    def take(self, answer: httpx2.Response) -> bool:
        """Keep the token of an answer, or that none is wanted. Return whether the answer is one of these."""
        if answer.is_success:
            told = answer.json()
            self._token = told["token"]
            # A little early, so that it does not run out on the way.
            self._expires = datetime.fromisoformat(told["expiration"]) - timedelta(seconds=5)
        elif answer.status_code == 404 or (
            answer.status_code == 422 and "CSRF protection is disabled." in answer.text
        ):
            self.is_wanted = False
        else:
            return False
        return True

    def headers(self, method: str) -> dict[str, str]:
        """Return the headers that carry the token with a request."""
        if self._token is None or method == "GET":
            return {}
        return {TOKEN_HEADER: self._token, CLIENT_HEADER: self._client}

    def is_refused(self, answer: httpx2.Response) -> bool:
        """Whether a server refused a request for its token; the token is then forgotten."""
        refused = self.is_wanted and answer.status_code == 403 and "Invalid CSRF token" in answer.text
        if refused:
            self._token = None
        return refused
