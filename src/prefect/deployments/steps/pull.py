"""Steps that get the code of a flow to where it runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from prefect._dual.dispatch import async_dispatch
from prefect._internal.retries import retry_async_fn
from prefect.blocks.block import Block
from prefect.deployments.steps.working_directory import set_working_directory
from prefect.exceptions import ObjectNotFound
from prefect.logging.loggers import get_logger
from prefect.runner.storage import BlockStorageAdapter, GitRepository, RemoteStorage, RunnerStorage
from prefect.utilities.asyncutils import run_coro_as_sync

__all__ = ["agit_clone", "git_clone", "pull_from_remote_storage", "pull_with_block", "set_working_directory"]

_logger = get_logger("deployment")


async def agit_clone(
    repository: str,
    branch: str | None = None,
    commit_sha: str | None = None,
    include_submodules: bool = False,
    access_token: str | None = None,
    credentials: Block | None = None,
    directories: list[str] | None = None,
    clone_directory_name: str | None = None,
) -> dict[str, str]:
    """Clone a git repository below this directory; see `git_clone`."""
    if access_token and credentials:
        raise ValueError("Please provide either an access token or credentials but not both.")
    storage = GitRepository(
        url=repository,
        credentials={"access_token": access_token} if access_token else credentials,
        branch=branch,
        commit_sha=commit_sha,
        include_submodules=include_submodules,
        directories=directories,
        name=clone_directory_name,
    )
    fetch = retry_async_fn(max_attempts=3, operation_name="git_clone", retry_on_exceptions=(RuntimeError,))
    await fetch(storage.pull_code)()
    return _fetched(storage, repository)


@async_dispatch(agit_clone)
def git_clone(
    repository: str,
    branch: str | None = None,
    commit_sha: str | None = None,
    include_submodules: bool = False,
    access_token: str | None = None,
    credentials: Block | None = None,
    directories: list[str] | None = None,
    clone_directory_name: str | None = None,
) -> dict[str, str]:
    """Clone a git repository below this directory, or bring the clone that is there up to date.

    Args:
        repository: Its address.
        branch: The branch or tag; by default the one that the repository names.
        commit_sha: The commit, in the place of a branch.
        include_submodules: Clone its submodules too.
        access_token: A token for a repository that is not public; better kept in a block than written in a file.
        credentials: A block with the token, in its place.
        directories: Get these folders only.
        clone_directory_name: The name of the folder; by default it is made of the repository's and the branch's.

    Returns:
        `directory`, the folder.

    Raises:
        ValueError: The address, the branch or the commit cannot be used, or both a token and a block are given.
        RuntimeError: The repository cannot be cloned.

    Example:
        ```yaml
        pull:
        - prefect.deployments.steps.git_clone:
            repository: https://github.com/org/repo
            branch: main
            access_token: "{{ prefect.blocks.secret.github-token }}"
        ```
    """
    cloned = run_coro_as_sync(
        agit_clone(
            repository,
            branch,
            commit_sha,
            include_submodules,
            access_token,
            credentials,
            directories,
            clone_directory_name,
        )
    )
    return cloned or {}


async def pull_from_remote_storage(url: str, **settings: Any) -> dict[str, Any]:
    """Copy code from any place that fsspec knows into a folder below this directory.

    Args:
        url: The place, for example "s3://bucket/folder".
        **settings: What the class of fsspec for that place is made with.

    Returns:
        `directory`, the folder.

    Raises:
        RuntimeError: It cannot be copied.

    Example:
        ```yaml
        pull:
        - prefect.deployments.steps.pull_from_remote_storage:
            url: s3://my-bucket/my-folder
            key: "{{ prefect.blocks.secret.aws-key }}"
            secret: "{{ prefect.blocks.secret.aws-secret }}"
        ```
    """
    storage = RemoteStorage(url, **settings)
    await storage.pull_code()
    return _fetched(storage, url)


async def pull_with_block(block_document_name: str, block_type_slug: str) -> dict[str, Any]:
    """Copy code with a saved block into a folder below this directory.

    Args:
        block_document_name: The name of the block.
        block_type_slug: The slug of its type.

    Returns:
        `directory`, the folder.

    Raises:
        ValueError: There is no such block, or it holds no files.

    Example:
        ```yaml
        pull:
        - prefect.deployments.steps.pull_with_block:
            block_document_name: prod-code
            block_type_slug: s3-bucket
        ```
    """
    name = f"{block_type_slug}/{block_document_name}"
    try:
        block: Any = await Block.aload(name)
    except (ObjectNotFound, ValueError) as error:
        raise ValueError(
            f"Unable to find block document named {block_document_name} for block type {block_type_slug}: {error}"
        ) from error
    storage = BlockStorageAdapter(block)
    await storage.pull_code()
    return _fetched(storage, name)


def _fetched(storage: RunnerStorage, origin: str) -> dict[str, str]:
    """Tell where the code lies, relative to here."""
    directory = os.path.relpath(storage.destination, Path.cwd())
    _logger.info("Pulled code from %r into %r", origin, directory)
    return {"directory": directory}
