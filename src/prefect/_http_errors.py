"""The error of a server's answer. It is apart from `prefect.exceptions`, which must not load an HTTP library.

Code written for the original catches `httpx.HTTPStatusError`. Where a program has loaded that library, this error is
one; the library is not loaded for it, which takes a third of a second.
"""

from __future__ import annotations

import sys
from typing import Any, Self

import httpx2


class PrefectHTTPStatusError(httpx2.HTTPStatusError):
    """A server answered with a status of failure; the message has its explanation.

    Attributes:
        request: What was asked.
        response: The answer.
    """

    def __init__(self, message: str, *, request: httpx2.Request, response: httpx2.Response) -> None:
        _become_one_of_httpx()
        # Two libraries' classes may be above this one, and neither expects the other's constructor next.
        Exception.__init__(self, message)
        self.request = request
        self.response = response

    def __reduce__(self) -> Any:
        return _rebuilt, (str(self), self.request, self.response)

    @classmethod
    def from_httpx_error(cls, httpx_error: httpx2.HTTPStatusError) -> Self:
        """Return an error of this class from one of the HTTP library."""
        return cls.from_response(httpx_error.response)

    @classmethod
    def from_response(cls, response: httpx2.Response) -> Self:
        """Return the error that an answer stands for."""
        side = "Client" if response.is_client_error else "Server"
        message = f"{side} error '{response.status_code} {response.reason_phrase}' for url '{response.url}'"
        told = told_by(response)
        if told:
            message += f" - Response: {told}"
        return cls(message, request=response.request, response=response)


def told_by(response: httpx2.Response) -> Any:
    """Return what an answer says: JSON, or the beginning of its text."""
    try:
        return response.json()
    except ValueError:  # not JSON: a proxy may answer with a page
        return response.text[:500]


def _rebuilt(message: str, request: httpx2.Request, response: httpx2.Response) -> PrefectHTTPStatusError:
    return PrefectHTTPStatusError(message, request=request, response=response)


def _become_one_of_httpx() -> None:
    theirs = getattr(sys.modules.get("httpx"), "HTTPStatusError", None)
    if theirs is not None and theirs not in PrefectHTTPStatusError.__mro__:
        PrefectHTTPStatusError.__bases__ = (httpx2.HTTPStatusError, theirs)
