"""What is raised when a server answers that it did not do what it was asked."""

from __future__ import annotations

from typing import Any, Self, cast

import httpx2

from prefect.exceptions import (
    ConcurrencyLeaseGone,
    ConcurrencyRequestRefused,
    ConcurrencySlotsTaken,
    ObjectAlreadyExists,
    ObjectLimitReached,
    ObjectNotFound,
    PrefectException,
    ProtectedBlockError,
)


class PrefectHTTPStatusError(httpx2.HTTPStatusError):
    """A server answered with a status of failure; the message has its explanation.

    Attributes:
        request: What was asked.
        response: The answer.
    """

    @classmethod
    def from_httpx_error(cls, httpx_error: httpx2.HTTPStatusError) -> Self:
        """Return an error of this class from one of the HTTP library."""
        return cls.from_response(httpx_error.response)

    @classmethod
    def from_response(cls, response: httpx2.Response) -> Self:
        """Return the error that an answer stands for."""
        side = "Client" if response.is_client_error else "Server"
        message = f"{side} error '{response.status_code} {response.reason_phrase}' for url '{response.url}'"
        told = _content(response)
        if told:
            message += f" - Response: {told}"
        return cls(message, request=response.request, response=response)


STATUSES: dict[type[PrefectException], int] = {
    ObjectNotFound: 404,
    ObjectAlreadyExists: 409,
    ConcurrencyLeaseGone: 410,
    ConcurrencyRequestRefused: 422,
    ConcurrencySlotsTaken: 423,
    ProtectedBlockError: 403,
    ObjectLimitReached: 403,
}
"""The status with which a server answers in place of an exception."""


def typed_error(error: PrefectHTTPStatusError) -> Exception:
    """Return the exception that an operation raises in the process itself, or the error where it has no such meaning."""
    path, why = error.request.url.path, explanation(error.response) or str(error)
    match error.response.status_code:
        case 404:
            return ObjectNotFound(error, why)
        case 409:
            return ObjectAlreadyExists(error, why)
        case 403 if "/block_types/" in path:
            return ProtectedBlockError(why)
        case 403 if "/deployments/" in path:
            return ObjectLimitReached(error, why)
        case 410 if "concurrency_limits" in path:
            return ConcurrencyLeaseGone(why)
        case 422 if "concurrency_limits" in path:
            return ConcurrencyRequestRefused(why)
        case 423:
            return ConcurrencySlotsTaken(why, float(error.response.headers.get("Retry-After", 1)))
        case _:
            return error


def explanation(response: httpx2.Response) -> str | None:
    """Return in words why a server refused, if it said so."""
    told = _content(response)
    if isinstance(told, dict):
        parts = [
            str(value)
            for key in ("detail", "exception_message", "exception_detail")
            if (value := cast("dict[str, Any]", told).get(key))
        ]
        return ": ".join(parts) or None
    return str(told) if told else None


def _content(response: httpx2.Response) -> Any:
    try:
        return response.json()
    except ValueError:  # not JSON: a proxy may answer with a page
        return response.text[:500]
