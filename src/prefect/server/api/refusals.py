"""What went wrong, as the answer that says so."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from typing import Any, cast

import orjson
from pydantic import ValidationError

from prefect._fences import FENCED_OFF
from prefect.exceptions import (
    ConcurrencyLeaseGone,
    ConcurrencyRequestRefused,
    ConcurrencySlotsTaken,
    ConstraintViolated,
    DatabaseError,
    FencedOff,
    ObjectAlreadyExists,
    ObjectLimitReached,
    ObjectNotFound,
    ObjectUnsupported,
    PrefectException,
    ProtectedBlockError,
    ReferenceNotFound,
    RequestRefused,
    UnstorableValue,
)
from prefect.server.api.messages import Answer, refused, told

_logger = logging.getLogger("prefect.server.api")

RETRY_AFTER = b"1"
"""After how many seconds a client should ask again when the database could not be used."""

STATUSES: dict[type[PrefectException], int] = {
    ObjectNotFound: 404,
    ObjectAlreadyExists: 409,
    ReferenceNotFound: 409,
    ConcurrencyLeaseGone: 410,
    ConcurrencyRequestRefused: 422,
    ProtectedBlockError: 403,
    ObjectLimitReached: 403,
    ObjectUnsupported: 403,
    ConstraintViolated: 409,
    UnstorableValue: 422,
}
"""The status with which an exception of an operation is answered."""


class InvalidRequest(PrefectException):
    """A request does not fit its route.

    Attributes:
        errors: What is wrong, each with its place: `loc`, `msg`, `type`, `input`.
        body: The body as it was understood.
    """

    def __init__(self, errors: Sequence[Any], body: Any) -> None:
        self.errors = errors
        self.body = body
        super().__init__(f"The request does not fit its route: {errors}")


class Refused(PrefectException):
    """A request is not done, for a reason that has an answer of its own."""

    def __init__(self, status: int, detail: str) -> None:
        self.answer = refused(status, detail)
        super().__init__(detail)


def answer_of(error: Exception) -> Answer:
    """Return the answer that says what went wrong."""
    match error:
        case Refused():
            answer = error.answer
        case InvalidRequest():
            answer = invalid(error.errors, error.body)
        case ValidationError():
            # A transaction checks what it is given by more than its types.
            answer = invalid(error.errors(include_url=False, include_context=False), None)
        case RequestRefused():
            answer = refused(error.status, str(error))
        case ConcurrencySlotsTaken():
            answer = refused(423, "Locked")
            answer.headers.append((b"retry-after", str(error.retry_after).encode()))
        case FencedOff():
            answer = refused(409, str(error))
            fence = f"{error.flow_run_id}/{error.fence}"
            answer.headers.append((FENCED_OFF.lower().encode(), fence.encode("latin-1", "replace")))
        case DatabaseError() if not isinstance(error, tuple(STATUSES)):
            answer = _unavailable(error)
        case OverflowError() | orjson.JSONEncodeError():
            answer = refused(422, f"A value cannot be stored: {error}.")
        case _:
            answer = _by_class(error)
    return answer


def _by_class(error: Exception) -> Answer:
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return refused(status, str(error))
    _logger.error("A request failed.", exc_info=error)
    return told(500, {"exception_message": "Internal Server Error"})


def _unavailable(error: DatabaseError) -> Answer:
    _logger.error("The database cannot be used: %s", error)
    answer = told(503, {"exception_message": str(error)})
    answer.headers.append((b"retry-after", RETRY_AFTER))
    return answer


def invalid(errors: Sequence[Any], body: Any) -> Answer:
    """Return the answer to a request that does not fit its route."""
    content = {
        "exception_message": "Invalid request received.",
        "exception_detail": [_without_objects(error) for error in errors],
        "request_body": body,
    }
    return Answer(422, _told_back(content))


def _told_back(content: Any) -> bytes:
    """Return as JSON what holds parts of a request: these may be what JSON or UTF-8 have no form for."""
    try:
        return json.dumps(content, allow_nan=False, default=_as_text).encode()
    except ValueError:
        return json.dumps(_without_nan(content), default=_as_text).encode()


def _as_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _without_nan(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _without_nan(part) for key, part in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list):
        return [_without_nan(part) for part in cast("list[Any]", value)]
    return value


def _without_objects(error: Any) -> Any:
    """An exception within an error has no form in JSON."""
    if "error" in error.get("ctx", {}) and isinstance(error["ctx"]["error"], Exception):
        return {**error, "ctx": {**error["ctx"], "error": {}}}
    return error
