"""What commands say when a server refuses or fails."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from prefect._http_errors import PrefectHTTPStatusError
from prefect.cli.server_errors import told_in_words


def _answer(status: int, **body: Any) -> PrefectHTTPStatusError:
    request = httpx2.Request("POST", "http://somewhere/api/flows/")
    return PrefectHTTPStatusError.from_response(httpx2.Response(status, json=body, request=request))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (_answer(403, detail="Not allowed."), "Not allowed."),
        (_answer(409, detail="It is there already."), "It is there already."),
        (
            _answer(500, exception_message="Internal Server Error"),
            "The server failed: 500 Internal Server Error",
        ),
        (
            _answer(
                422,
                exception_message="Invalid request received.",
                exception_detail=[{"loc": ["body", "trigger", "type"], "msg": "Field required"}],
            ),
            "trigger.type: Field required",
        ),
        (_answer(422, detail="It does not fit."), "It does not fit."),
        (httpx2.ConnectError("The API gave no answer."), "The API gave no answer."),
        (httpx2.ReadTimeout(""), "The server gave no answer (ReadTimeout)."),
        (ValueError("ours"), None),
    ],
)
def test_what_is_said(error: Exception, said: str | None) -> None:
    """The server's own words are shown, without the rest of its answer; other errors are not touched."""
    assert told_in_words(error) == said


def test_who_is_unknown() -> None:
    """Who is refused for want of a name is told which settings give it."""
    said = told_in_words(_answer(401, detail="Unauthorized"))
    assert said is not None
    assert "PREFECT_API_AUTH_STRING" in said
