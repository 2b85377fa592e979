"""Code in a git repository."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prefect._internal.urls import strip_auth_from_url, strip_auth_from_urls_in_text
from prefect._secrets import redacted, register_secret
from prefect.blocks.block import Block
from prefect.logging.loggers import get_logger
from prefect.runner.storages.base import FetchedStorage
from prefect.runner.storages.git_arguments import (
    check_branch,
    check_commit,
    check_directory,
    check_name,
    check_url,
)
from prefect.runner.storages.git_credentials import (
    GitCredentials,
    check_credentials,
    credentials_for_step,
    environment_for,
    login_of,
)

_LAST_LINES = 12
"""How many lines of what git says are told in an error."""


class GitRepository(FetchedStorage):
    """Code in a git repository. Only the newest commit is fetched, or the one that is named.

    Args:
        url: The address: `https://…`, `ssh://…`, `git@host:…`, or the path of a repository.
        credentials: For https: a dictionary with `access_token` and perhaps `username`, or a block of such fields.
            A deployment can only name saved blocks.
        name: The name of the folder; by default that of the repository, with the branch.
        branch: The branch or tag; by default the one that the repository has as such.
        commit_sha: The commit, in place of a branch.
        include_submodules: Fetch the repositories inside it as well.
        pull_interval: Seconds between two fetches; None fetches once.
        directories: Only these folders of the repository.

    Raises:
        ValueError: Arguments contradict each other, or git would take them for something else than they are.

    Example:
        >>> storage = GitRepository("https://github.com/org/repo.git", branch="main")
    """

    def __init__(
        self,
        url: str,
        credentials: GitCredentials | Block | dict[str, Any] | None = None,
        name: str | None = None,
        branch: str | None = None,
        commit_sha: str | None = None,
        include_submodules: bool = False,
        pull_interval: int | None = 60,
        directories: list[str] | None = None,
    ) -> None:
        if branch and commit_sha:
            raise ValueError("Cannot provide both a branch and a commit SHA. Please provide only one.")
        super().__init__(pull_interval)
        check_credentials(credentials)
        self._url = check_url(url)
        if urlsplit(url).password:
            register_secret(url)
        self._branch = check_branch(branch) if branch else None
        self._commit_sha = check_commit(commit_sha) if commit_sha else None
        self._credentials = credentials or None
        self._include_submodules = include_submodules
        self._directories = [check_directory(directory) for directory in directories or ()] or None
        self._given_name = name
        self._name = check_name(name or _name_of(url, branch))
        self._logger = get_logger(f"runner.storage.git-repository.{self._name}")

    @property
    def destination(self) -> Path:
        """The folder where the code lies once it is fetched."""
        return self._base / self._name

    async def is_sparsely_checked_out(self) -> bool:
        """Return whether only some folders were fetched."""
        code, said = await self._try("config", "--get", "core.sparseCheckout")
        return code == 0 and said.strip() == "true"

    async def is_shallow_clone(self) -> bool:
        """Return whether earlier commits were left out."""
        code, said = await self._try("rev-parse", "--is-shallow-repository")
        return code == 0 and said.strip() == "true"

    async def is_current_commit(self) -> bool:
        """Return whether what was fetched is the wanted commit.

        Raises:
            ValueError: No commit is wanted.
        """
        if not self._commit_sha:
            raise ValueError("No commit SHA provided")
        code, head = await self._try("rev-parse", "HEAD")
        return code == 0 and head.strip().startswith(self._commit_sha.lower())

    async def pull_code(self) -> None:
        """Fetch the code, or what has changed of it. Changes that somebody made to fetched files are lost.

        Raises:
            ValueError: In the folder lies another repository.
            RuntimeError: The code cannot be fetched; the error says what git said.
        """
        self._logger.debug("Pulling contents from repository %r to %r...", self._name, str(self.destination))
        if not (self.destination / ".git").exists():
            await self._clone()
            return
        _, present = await self._try("config", "--get", "remote.origin.url")
        if strip_auth_from_url(present.strip()) != strip_auth_from_url(self._url):
            raise ValueError(
                f"The existing repository at {self.destination} does not match the configured repository "
                f"{strip_auth_from_url(self._url)}"
            )
        try:
            await self._update()
        except RuntimeError as error:
            # A fetch that was ended half way can leave a folder that git does not get on with.
            self._logger.warning("%s Fetching the repository anew.", error)
            shutil.rmtree(self.destination)
            await self._clone()

    async def _clone(self) -> None:
        if self._credentials is not None and urlsplit(self._url).scheme not in {"http", "https"}:
            self._logger.warning(
                "Credentials are for https:// only; git is not told those for %r.", self._url
            )
        options = ["--filter=blob:none", "--no-checkout"] if self._commit_sha else ["--depth", "1"]
        if self._branch:
            options += ["--branch", self._branch]
        if self._include_submodules:
            options.append("--recurse-submodules")
        if self._directories:
            options.append("--sparse")
        self.destination.parent.mkdir(parents=True, exist_ok=True)
        await self._git(
            "clone", *options, "--", self._url, str(self.destination), failing="clone", inside=False
        )
        if self._directories:
            await self._git("sparse-checkout", "set", "--", *self._directories, failing="check out")
        if self._commit_sha:
            await self._check_out_commit(self._commit_sha)

    async def _update(self) -> None:
        if self._directories:
            await self._git("sparse-checkout", "set", "--", *self._directories, failing="check out")
        if self._commit_sha:
            if not await self.is_current_commit():
                await self._check_out_commit(self._commit_sha)
            return
        await self._git("fetch", "--depth", "1", "origin", self._branch or "HEAD", failing="pull")
        await self._git("reset", "--hard", "FETCH_HEAD", failing="pull")
        await self._submodules()

    async def _check_out_commit(self, commit: str) -> None:
        code, _ = await self._try("cat-file", "-e", f"{commit}^{{commit}}")
        if code != 0:
            await self._git("fetch", "origin", commit, failing="fetch the commit of")
        await self._git("checkout", "--force", "--detach", commit, failing="check out")
        await self._submodules()

    async def _submodules(self) -> None:
        if self._include_submodules:
            await self._git("submodule", "update", "--init", "--recursive", "--force", failing="pull")

    async def _try(self, *arguments: str) -> tuple[int, str]:
        return await self._run(arguments, inside=True)

    async def _git(self, *arguments: str, failing: str, inside: bool = True) -> None:
        code, said = await self._run(arguments, inside=inside)
        if code != 0:
            lines = said.strip().splitlines()[-_LAST_LINES:]
            raise RuntimeError(
                f"Failed to {failing} repository {strip_auth_from_url(self._url)!r} with exit code {code}."
                + "".join(f"\n  git: {line}" for line in lines)
            )

    async def _run(self, arguments: tuple[str, ...], *, inside: bool) -> tuple[int, str]:
        """Run git and return its exit code and what it said, without secrets."""
        login = login_of(self._credentials, self._url)
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                "-c",
                "protocol.ext.allow=never",
                *arguments,
                cwd=self.destination if inside else None,
                env={**os.environ, **environment_for(login, self._url)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except FileNotFoundError as error:
            raise RuntimeError(
                f"The repository {strip_auth_from_url(self._url)!r} cannot be fetched: there is no program `git`. "
                "Install it."
            ) from error
        said, _ = await process.communicate()
        assert process.returncode is not None  # it has ended
        return process.returncode, strip_auth_from_urls_in_text(redacted(said.decode(errors="replace")))

    def to_pull_step(self) -> dict[str, Any]:
        """Return the step that fetches the same code elsewhere.

        Raises:
            ValueError: A token is not in a saved block.
            BlockNotSavedError: A block is not saved.
        """
        step: dict[str, Any] = {"repository": self._url, "branch": self._branch}
        if self._given_name:
            step["clone_directory_name"] = self._given_name
        if self._directories:
            step["directories"] = self._directories
        if self._include_submodules:
            step["include_submodules"] = True
        if self._commit_sha:
            step["commit_sha"] = self._commit_sha
        if self._credentials is not None:
            step["credentials"] = credentials_for_step(self._credentials)
        return {"prefect.deployments.steps.git_clone": step}

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, GitRepository) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[str, str | None, str | None, str]:
        return (self._url, self._branch, self._commit_sha, self._name)

    def __repr__(self) -> str:
        return (
            f"GitRepository(name={self._name!r} repository={strip_auth_from_url(self._url)!r}, "
            f"branch={self._branch!r})"
        )


def _name_of(url: str, branch: str | None) -> str:
    last = re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git")
    name = f"{last}-{branch}" if branch else last
    return name.replace("/", "-")
