"""Bringing bundles to where those find them who execute them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from prefect.bundles.packing import SerializedBundle
from prefect.bundles.steps import convert_step_to_command
from prefect.exceptions import InfrastructureError


class UploadFailed(InfrastructureError, RuntimeError):
    """A bundle could not be uploaded."""


async def aupload_bundle_to_storage(
    bundle: SerializedBundle,
    key: str,
    upload_command: list[str],
    zip_path: Path | None = None,
    upload_step: dict[str, Any] | None = None,
) -> None:
    """Upload a bundle, by a command that gets its file as the last argument, and its files after it.

    Args:
        bundle: The bundle.
        key: The name of its file.
        upload_command: The command.
        zip_path: The archive of its files.
        upload_step: The step that uploads this archive; `convert_step_to_command` makes a command of it.

    Raises:
        ValueError: The bundle has files and there is no step to upload them.
        UploadFailed: A command failed.
    """
    files_key = bundle.get("files_key")
    if zip_path is not None and files_key and upload_step is None:
        raise ValueError("upload_step is required when uploading a sidecar zip")
    with tempfile.TemporaryDirectory(prefix="prefect-bundle-") as made:
        folder = Path(made)
        content = json.dumps(bundle)
        await asyncio.to_thread(
            _put, folder / key, content, zip_path, folder / files_key if files_key else None
        )
        await _run([*upload_command, key], folder)
        if zip_path is not None and files_key and upload_step is not None:
            await _run([*convert_step_to_command(upload_step, files_key), files_key], folder)
            await asyncio.to_thread(shutil.rmtree, zip_path.parent, ignore_errors=True)


def upload_bundle_to_storage(
    bundle: SerializedBundle,
    key: str,
    upload_command: list[str],
    zip_path: Path | None = None,
    upload_step: dict[str, Any] | None = None,
) -> None:
    """Upload a bundle; see `aupload_bundle_to_storage`."""
    asyncio.run(aupload_bundle_to_storage(bundle, key, upload_command, zip_path, upload_step))


def _put(file: Path, content: str, zip_path: Path | None, files: Path | None) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    if zip_path is not None and files is not None:
        files.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(zip_path, files)


async def _run(command: list[str], folder: Path) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=os.environ.copy(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        raise UploadFailed(f"The bundle cannot be uploaded by {command[0]!r}: {error.strerror}.") from error
    output, _ = await process.communicate()
    if process.returncode != 0:
        told = output.decode("utf-8", "replace").strip()
        raise UploadFailed(
            f"The bundle could not be uploaded: {' '.join(command)} ended with exit code {process.returncode}.\n{told}"
        )
