"""The launchers of bundles, by the path that integration packages know; see `prefect.bundles.steps`."""

from __future__ import annotations

from prefect._imports import forwarding

# They lie above this room.
__getattr__ = forwarding(
    __name__,
    dict.fromkeys(
        (
            "get_launcher_for_side",
            "normalize_launcher",
            "resolve_bundle_step_with_launcher",
            "validate_bundle_step_launcher",
        ),
        "prefect.bundles.steps",
    ),
)
