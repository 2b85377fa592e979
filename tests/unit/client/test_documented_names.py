"""Documented names of the client that are small: who asks, the hosted service, the words of the worker channel."""

from __future__ import annotations

import pytest

from prefect.client.attribution import get_attribution_headers
from prefect.client.cloud import PARSE_API_URL_REGEX, get_cloud_client
from prefect.client.schemas.worker_channel import select_worker_channel_version
from prefect.exceptions import ObjectUnsupported
from prefect.schemas.orchestration import SetStateStatus


def test_who_asks_is_told_by_what_a_worker_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """The headers are there for what the environment tells, and only for that."""
    assert get_attribution_headers() == {}
    monkeypatch.setenv("PREFECT__WORKER_NAME", "here")
    assert get_attribution_headers() == {"X-Prefect-Worker-Name": "here"}


def test_there_is_no_client_of_accounts() -> None:
    """Who wants to manage the hosted service is told what to use for a workspace of it."""
    with pytest.raises(ObjectUnsupported, match="get_client"):
        get_cloud_client()
    assert PARSE_API_URL_REGEX.search(f"accounts/{'a' * 36}/workspaces/{'b' * 36}")


def test_a_common_version_of_the_channel_is_found() -> None:
    """Both sides of a worker channel have to know one version."""
    assert (
        select_worker_channel_version(["x", "work_pool_worker_channel.v1"]) == "work_pool_worker_channel.v1"
    )
    with pytest.raises(ValueError, match="no version"):
        select_worker_channel_version([])


def test_what_became_of_a_proposed_state_is_shown_by_its_name() -> None:
    """In a debugger or a log, the status of an answer reads as it is written in code."""
    assert repr(SetStateStatus.ACCEPT) == "SetStateStatus.ACCEPT"
