"""Bundles, by the path of experiments; see `prefect.bundles`."""

from __future__ import annotations

from prefect._imports import forwarding

# They lie above this room.
__getattr__ = forwarding(
    __name__,
    dict.fromkeys(
        """
        BundleCreationResult BundleLauncher BundleLauncherOverride BundleLauncherSide SerializedBundle
        aupload_bundle_to_storage convert_step_to_command create_bundle_for_flow_run execute_bundle_from_file
        execute_bundle_in_subprocess extract_flow_from_bundle upload_bundle_to_storage
        """.split(),
        "prefect.bundles",
    ),
)
