"""Settings that are found at an older place too, and what follows from others."""

from __future__ import annotations

import pytest

from prefect.settings.models.root import Settings
from prefect.settings.models.server.services import ServerServicesDBVacuumSettings


def test_an_older_place_gives_the_setting_and_warns() -> None:
    """Settings that moved are still found where they were, with a warning that says where they are."""
    settings = Settings(flows={"heartbeat_frequency": 31}, plugins={"enabled": True})
    with pytest.warns(DeprecationWarning, match=r"use `flows\.heartbeat_frequency`"):
        assert settings.runner.heartbeat_frequency == 31
    with pytest.warns(DeprecationWarning, match=r"use `settings\.plugins`"):
        assert settings.experiments.plugins.enabled is True


@pytest.mark.parametrize(
    ("enabled", "types"),
    [
        (True, {"events", "flow_runs", "orphans"}),
        (False, {"events"}),
        (None, set()),
        ({"events"}, {"events"}),
        ({"flow_runs"}, {"flow_runs", "orphans"}),
        (set(), set()),
    ],
)
def test_what_is_deleted_follows_from_enabled(enabled: object, types: set[str]) -> None:
    """Which old records a server deletes is told in one place."""
    assert ServerServicesDBVacuumSettings(enabled=enabled).enabled_vacuum_types == types
