"""`prefect.utilities.urls`: addresses that lead into the own network are refused."""

from __future__ import annotations

import socket
from functools import partial

import pytest

from prefect.utilities.urls import validate_restricted_url

resolve = socket.getaddrinfo


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://example.com/secret", "Only HTTP and HTTPS"),
        ("http://", "not a valid URL"),
        ("http://127.0.0.1/secret", "private address 127.0.0.1"),
        ("https://[::1]:8080/secret", "private address ::1"),
        ("http://10.1.2.3/secret", "private address 10.1.2.3"),
        ("http://169.254.169.254/secret", "private address"),
        ("http://x:port/", "not a valid URL"),
    ],
)
def test_an_address_inside_is_refused(url: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of this machine or its network is refused, without its path, which may be a secret."""
    numbers = partial(resolve, flags=socket.AI_NUMERICHOST)
    monkeypatch.setattr(socket, "getaddrinfo", numbers)
    with pytest.raises(ValueError, match="not a valid URL") as caught:
        validate_restricted_url(url)
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host counts by what its name resolves to; every address of it has to be outside."""
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ValueError, match=r"private address 10\.0\.0\.1"):
        validate_restricted_url("https://example.com/hook")
    found.pop()
    validate_restricted_url("https://example.com/hook")
