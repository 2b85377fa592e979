"""Whether a server and a client fit together."""

from __future__ import annotations

import logging

import pytest

from prefect._transport.versions import check_versions


@pytest.mark.parametrize("server", ["3.8.8", "3.8.9", "3.9.0", "3.10.0", "3.8.8.post1", "3.8.8+1.g8f"])
def test_a_server_that_is_not_older_fits(server: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is said about a server of this version or a later one."""
    check_versions(server, "3.8.8")
    assert not caplog.text


@pytest.mark.parametrize("server", ["3.0.0", "3.8.7", "3.8.8.dev1", "3.8.8rc1"])
def test_an_older_server_is_pointed_out(server: str, caplog: pytest.LogCaptureFixture) -> None:
    """An older server is used, and named in the log."""
    with caplog.at_level(logging.WARNING):
        check_versions(server, "3.8.8")
    assert server in caplog.text


@pytest.mark.parametrize("server", ["2.20.0", "4.0.0"])
def test_another_major_version_is_refused(server: str) -> None:
    """A server of another major version is not used."""
    with pytest.raises(RuntimeError, match=server):
        check_versions(server, "3.8.8")


def test_what_is_no_version_is_refused() -> None:
    """An answer that is not a version is not taken for one."""
    with pytest.raises(ValueError, match="nonsense"):
        check_versions("nonsense", "3.8.8")
