"""Addresses in log lines: without users and passwords."""

from __future__ import annotations

import pytest

from prefect._internal.urls import strip_auth_from_url, strip_auth_from_urls_in_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no address", "no address"),
        ("clone https://user:tok@host/a.git and http://t@x y", "clone https://host/a.git and http://x y"),
        ("fatal: 'https://x:y@z.com/r.git/': 403", "fatal: 'https://z.com/r.git/': 403"),
        ("https://u:p@h:99/p@q", "https://h:99/p@q"),
        ("https://h/p@q?mail=a@b", "https://h/p@q?mail=a@b"),
        ("ssh://git@h/x", "ssh://git@h/x"),
    ],
)
def test_a_text_shows_no_passwords(text: str, shown: str) -> None:
    """Web addresses in a text are shown without who calls them."""
    assert strip_auth_from_urls_in_text(text) == shown


def test_other_secrets_are_masked() -> None:
    """Texts that are given as secrets are masked; an empty one changes nothing."""
    assert strip_auth_from_urls_in_text("pass s3cr3t", extra_secrets=["s3cr3t", ""]) == "pass ***"


def test_an_address_alone() -> None:
    """An address of any kind is shown without who calls it."""
    assert strip_auth_from_url("ssh://git@h:22/x") == "ssh://h:22/x"
    assert strip_auth_from_url("https://h/x?token=abc") == "https://h/x?token=abc"
    assert strip_auth_from_url("no address") == "no address"
