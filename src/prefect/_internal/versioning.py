"""What the version of a deployment's code is told by: a text, or a commit of some service."""

from __future__ import annotations

from enum import Enum

__all__ = ["VersionType"]


class VersionType(str, Enum):
    """What the version of a deployment's code is told by."""

    SIMPLE = "prefect:simple"
    GITHUB = "vcs:github"
    GITLAB = "vcs:gitlab"
    BITBUCKET = "vcs:bitbucket"
    AZUREDEVOPS = "vcs:azuredevops"
    GIT = "vcs:git"
