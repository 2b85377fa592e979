"""Errors of operations as a server would answer them, for clients without one."""

from __future__ import annotations

import httpx2
import pytest

from prefect._transport.status_errors import status_error
from prefect.exceptions import RequestRefused


@pytest.mark.parametrize("status", [409, 422])
def test_what_an_operation_refuses_has_the_status_of_a_server(status: int) -> None:
    """Code that catches errors of HTTP does so with and without a server."""
    error = status_error(
        RequestRefused("It does not fit.", status), httpx2.Request("POST", "http://server/x")
    )
    assert error is not None
    assert error.response.status_code == status
    assert "It does not fit." in str(error)
