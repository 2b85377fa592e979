"""Bundles: runs with the code of their flows, packed for machines that have no other way to get it."""

from prefect.bundles.execute import execute_bundle_from_file, execute_bundle_in_subprocess
from prefect.bundles.packing import (
    BundleCreationResult,
    SerializedBundle,
    create_bundle_for_flow_run,
    extract_flow_from_bundle,
)
from prefect.bundles.steps import (
    BundleLauncher,
    BundleLauncherOverride,
    BundleLauncherSide,
    convert_step_to_command,
)
from prefect.bundles.uploading import aupload_bundle_to_storage, upload_bundle_to_storage

__all__ = [
    "BundleCreationResult",
    "BundleLauncher",
    "BundleLauncherOverride",
    "BundleLauncherSide",
    "SerializedBundle",
    "aupload_bundle_to_storage",
    "convert_step_to_command",
    "create_bundle_for_flow_run",
    "execute_bundle_from_file",
    "execute_bundle_in_subprocess",
    "extract_flow_from_bundle",
    "upload_bundle_to_storage",
]
