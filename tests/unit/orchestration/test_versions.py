"""Versions of clients, as they say them."""

from __future__ import annotations

import pytest

from prefect.orchestration.versions import ClientVersions, is_older


@pytest.mark.parametrize(
    ("agent", "package"),
    [
        ("prefect/3.8.8 (API 0.8.4)", "3.8.8"),
        ("prefect/3.0.0rc20 (API 0.8.4)", "3.0.0rc20"),
        ("python-httpx/0.28", None),
        (None, None),
    ],
)
def test_a_client_says_its_version(agent: str | None, package: str | None) -> None:
    """The version stands after the name; other programs say nothing of it."""
    assert ClientVersions.said(agent, "0.8.4") == ClientVersions(package, "0.8.4")


def test_versions_are_compared_by_their_numbers() -> None:
    """Of versions with more digits the larger number is the later."""
    assert is_older("3.4.9", "3.4.11")
    assert not is_older("3.8.8", "3.4.11")
    assert not is_older("3.4.11rc1", "3.4.11")
