"""Which version of the code a deployment has: as somebody says, or the commit that is checked out."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from prefect._internal import git
from prefect._internal.urls import strip_auth_from_url
from prefect._internal.versioning import VersionType
from prefect.schemas.deployments import VersionInfo

SHOWN = 8
"""How many characters of a commit are its version."""


def version_info(
    version: str | None, version_type: VersionType | None, *, from_flow: bool
) -> VersionInfo | None:
    """Return what a deployment tells of its version; None if it has none.

    In the builds of known services the commit that is built is told, and so is that of a git repository where it is
    asked for; else the version is a plain text.

    Args:
        version: The version.
        version_type: What it is told by; by default that is found out.
        from_flow: Nobody gave the version: it is the flow's, and that of a commit goes before it.
    """
    found: dict[str, Any] | None = None
    if version_type is not VersionType.SIMPLE:
        wanted = _IN_BUILDS if version_type is None else (version_type,)
        found = next((facts for kind in wanted if (facts := _FINDERS[kind]())), None)
    if found is not None:
        if version and not from_flow:
            found["version"] = version
        return VersionInfo(**found)
    return VersionInfo(type=VersionType.SIMPLE.value, version=version) if version else None


def _commit(kind: VersionType, sha: str, **facts: Any) -> dict[str, Any]:
    message = git.said("log", "-1", "--pretty=%B") or ""
    told = {"commit_sha": sha, "message": message.splitlines()[0] if message else "", **facts}
    return {"type": kind.value, "version": sha[:SHOWN], **told}


def _github() -> dict[str, Any] | None:
    sha, repository = os.environ.get("GITHUB_SHA"), os.environ.get("GITHUB_REPOSITORY")
    if not sha or not repository:
        return None
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    branch = os.environ.get("GITHUB_REF_NAME") or _branch()
    url = f"{server}/{repository}/tree/{sha}"
    return _commit(VersionType.GITHUB, sha, branch=branch, repository=repository, url=url)


def _gitlab() -> dict[str, Any] | None:
    sha, project = os.environ.get("CI_COMMIT_SHA"), os.environ.get("CI_PROJECT_URL")
    if not sha or not project:
        return None
    name = os.environ.get("CI_PROJECT_PATH") or os.environ.get("CI_PROJECT_NAME", "")
    branch = os.environ.get("CI_COMMIT_REF_NAME") or _branch()
    return _commit(VersionType.GITLAB, sha, branch=branch, repository=name, url=f"{project}/-/tree/{sha}")


def _bitbucket() -> dict[str, Any] | None:
    sha, origin = os.environ.get("BITBUCKET_COMMIT"), os.environ.get("BITBUCKET_GIT_HTTP_ORIGIN")
    if not sha or not origin:
        return None
    name = os.environ.get("BITBUCKET_REPO_FULL_NAME") or os.environ.get("BITBUCKET_REPO_SLUG", "")
    branch = os.environ.get("BITBUCKET_BRANCH") or _branch()
    return _commit(VersionType.BITBUCKET, sha, branch=branch, repository=name, url=f"{origin}/src/{sha}")


def _azure() -> dict[str, Any] | None:
    sha, uri = os.environ.get("BUILD_SOURCEVERSION"), os.environ.get("BUILD_REPOSITORY_URI")
    if not sha or not uri:
        return None
    name = os.environ.get("BUILD_REPOSITORY_NAME", "")
    branch = os.environ.get("BUILD_SOURCEBRANCHNAME") or _branch()
    return _commit(
        VersionType.AZUREDEVOPS,
        sha,
        branch=branch,
        repository=name,
        url=f"{strip_auth_from_url(uri)}?version=GC{sha}",
    )


def _repository() -> dict[str, Any] | None:
    sha, remote = git.said("rev-parse", "HEAD"), git.said("config", "--get", "remote.origin.url")
    if not sha or not remote:
        return None
    path = urlsplit(remote).path if "://" in remote else remote.rpartition(":")[2]
    name = "/".join(path.removesuffix(".git").strip("/").split("/")[-2:])
    return _commit(VersionType.GIT, sha, branch=_branch(), repository=name, url=strip_auth_from_url(remote))


def _branch() -> str | None:
    return git.said("rev-parse", "--abbrev-ref", "HEAD")


_FINDERS: dict[VersionType, Callable[[], dict[str, Any] | None]] = {
    VersionType.GITHUB: _github,
    VersionType.GITLAB: _gitlab,
    VersionType.BITBUCKET: _bitbucket,
    VersionType.AZUREDEVOPS: _azure,
    VersionType.GIT: _repository,
}
_IN_BUILDS = tuple(kind for kind in _FINDERS if kind is not VersionType.GIT)
"""Those that only the builds of a service can tell."""
