"""What the statuses of failure stand for: the exceptions that operations raise in the process itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import httpx2
import orjson

from prefect._fences import FENCED_OFF, fences_in
from prefect._http_errors import PrefectHTTPStatusError, told_by
from prefect.exceptions import (
    ConcurrencyLeaseGone,
    ConcurrencyRequestRefused,
    ConcurrencySlotsTaken,
    FencedOff,
    ObjectAlreadyExists,
    ObjectLimitReached,
    ObjectNotFound,
    PrefectException,
    ProtectedBlockError,
    RequestRefused,
)

STATUSES: dict[type[PrefectException], int] = {
    ObjectNotFound: 404,
    ObjectAlreadyExists: 409,
    FencedOff: 409,
    ConcurrencyLeaseGone: 410,
    ConcurrencyRequestRefused: 422,
    ConcurrencySlotsTaken: 423,
    ProtectedBlockError: 403,
    ObjectLimitReached: 403,
}
"""The status with which a server answers in place of an exception."""

_Made = Callable[[PrefectHTTPStatusError, str], Exception]

_MEANINGS: tuple[tuple[int, str, _Made], ...] = (
    (404, "", ObjectNotFound),
    (409, "", ObjectAlreadyExists),
    (403, "/block_types/", lambda _, why: ProtectedBlockError(why)),
    (403, "/deployments/", ObjectLimitReached),
    (410, "concurrency_limits", lambda _, why: ConcurrencyLeaseGone(why)),
    (422, "concurrency_limits", lambda _, why: ConcurrencyRequestRefused(why)),
    (423, "", lambda error, why: ConcurrencySlotsTaken(why, _retry_after(error.response))),
)
"""What a status below a part of a path stands for."""


def typed_error(error: PrefectHTTPStatusError) -> Exception:
    """Return the exception that an operation raises in the process itself; the error, where it has no such meaning."""
    if fence := error.response.headers.get(FENCED_OFF):
        return FencedOff(*fences_in(fence)[0])
    path, why = error.request.url.path, explanation(error.response) or str(error)
    for status, part, made in _MEANINGS:
        if error.response.status_code == status and part in path:
            return made(error, why)
    return error


def status_error(error: Exception, request: httpx2.Request) -> PrefectHTTPStatusError | None:
    """Return the error that a server would answer with, where an operation has raised `error` in this process.

    None for an exception that has no status.
    """
    statuses = (status for kind, status in STATUSES.items() if isinstance(error, kind))
    status = error.status if isinstance(error, RequestRefused) else next(statuses, None)
    if status is None:
        return None
    headers = {"Content-Type": "application/json"}
    if isinstance(error, ConcurrencySlotsTaken):
        headers["Retry-After"] = str(error.retry_after)
    why = getattr(error, "help_message", None) or str(error)
    response = httpx2.Response(
        status, headers=headers, content=orjson.dumps({"detail": why}), request=request
    )
    return PrefectHTTPStatusError.from_response(response)


def explanation(response: httpx2.Response) -> str | None:
    """Return in words why a server refused, if it said so."""
    told = told_by(response)
    if isinstance(told, dict):
        parts = [
            str(value)
            for key in ("detail", "exception_message", "exception_detail")
            if (value := cast("dict[str, Any]", told).get(key))
        ]
        return ": ".join(parts) or None
    return str(told) if told else None


def _retry_after(response: httpx2.Response) -> float:
    return float(response.headers.get("Retry-After", 1))
