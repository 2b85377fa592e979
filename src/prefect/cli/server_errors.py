"""What went wrong between a command and its server, in words.

The HTTP library is not loaded for that: where it is not, no server was asked.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import httpx2

_MOST = 5
"""How many problems are shown."""


def told_in_words(error: Exception) -> str | None:
    """Return what an error of a server, or of the way to it, says; None if `error` is something else."""
    library = sys.modules.get("httpx2")
    if library is None or not isinstance(error, library.HTTPError):
        return None
    if not isinstance(error, library.HTTPStatusError):
        return str(error) or f"The server gave no answer ({type(error).__name__})."
    from prefect._transport.status_errors import explanation  # loads the HTTP library

    answered = cast("httpx2.HTTPStatusError", error)
    status = answered.response.status_code
    why = _problems(answered.response) or explanation(answered.response) or answered.response.reason_phrase
    if status == 401:
        return (
            f"The server at {answered.request.url.host} wants to know who you are: {why}\n"
            "PREFECT_API_AUTH_STRING or PREFECT_API_KEY tells it."
        )
    return f"The server failed: {status} {why}" if status >= 500 else why


def _problems(response: httpx2.Response) -> str | None:
    """Return what is wrong with what was sent, a line for each field, if the server says it so."""
    if response.status_code != 422:
        return None
    try:
        told: Any = response.json()
        lines = [
            f"{'.'.join(str(part) for part in each['loc'][1:])}: {each['msg']}"
            for each in told["exception_detail"]
        ]
    except (ValueError, LookupError, TypeError):  # it says it some other way
        return None
    return "\n".join(lines[:_MOST]) or None
