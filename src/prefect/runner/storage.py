"""Where the code of deployments lies, under the documented names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from prefect.runner.storages.base import RunnerStorage
from prefect.runner.storages.block import BlockStorageAdapter
from prefect.runner.storages.git import GitRepository
from prefect.runner.storages.git_credentials import GitCredentials
from prefect.runner.storages.local import LocalStorage
from prefect.runner.storages.remote import RemoteStorage

__all__ = [
    "BlockStorageAdapter",
    "GitCredentials",
    "GitRepository",
    "LocalStorage",
    "RemoteStorage",
    "RunnerStorage",
    "create_storage_from_source",
]


def create_storage_from_source(source: str, pull_interval: int | None = 60) -> RunnerStorage:
    """Return the storage that an address means.

    Args:
        source: The address of a git repository, which ends with `.git` or has the form `git@host:path`; one that fsspec
            knows; or the path of a folder.
        pull_interval: Seconds between two fetches.

    Raises:
        ValueError: It is an address of a git repository that git must not be handed.

    Example:
        >>> create_storage_from_source("https://github.com/org/repo.git")
        GitRepository(name='repo' repository='https://github.com/org/repo.git', branch=None)
    """
    parts = urlsplit(source)
    if source.startswith("git@") or parts.scheme in {"git", "git+ssh", "ssh"}:
        return GitRepository(source, pull_interval=pull_interval)
    if parts.scheme in {"http", "https"} and parts.path.endswith(".git"):
        return GitRepository(source, pull_interval=pull_interval)
    if parts.scheme == "file":
        return LocalStorage(url2pathname(parts.path), pull_interval=pull_interval)
    if "://" in source:
        return RemoteStorage(source, pull_interval=pull_interval)
    return LocalStorage(str(Path(source)), pull_interval=pull_interval)
