"""Where files go: a folder, a share, any place that fsspec can reach, or nowhere.

A file system reads and writes whole files by path. Those of this library are blocks: they can be saved under a name and
named where results are kept, `result_storage="local-file-system/NAME"`.
"""

from __future__ import annotations

from prefect.filesystems.base import (
    ReadableDeploymentStorage,
    ReadableFileSystem,
    WritableDeploymentStorage,
    WritableFileSystem,
)
from prefect.filesystems.local import LocalFileSystem
from prefect.filesystems.null import NullFileSystem
from prefect.filesystems.remote import RemoteFileSystem
from prefect.filesystems.smb import SMB

__all__ = [
    "SMB",
    "LocalFileSystem",
    "NullFileSystem",
    "ReadableDeploymentStorage",
    "ReadableFileSystem",
    "RemoteFileSystem",
    "WritableDeploymentStorage",
    "WritableFileSystem",
]
