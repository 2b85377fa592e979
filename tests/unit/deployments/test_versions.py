"""Which version of the code a deployment tells."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from prefect._internal.versioning import VersionType
from prefect.deployments.versions import version_info

SHA = "0123456789abcdef0123456789abcdef01234567"
BUILDS = {
    VersionType.GITHUB: {
        "GITHUB_SHA": SHA,
        "GITHUB_REPOSITORY": "org/repo",
        "GITHUB_REF_NAME": "main",
    },
    VersionType.GITLAB: {
        "CI_COMMIT_SHA": SHA,
        "CI_PROJECT_URL": "https://gitlab.example.org/org/repo",
        "CI_PROJECT_PATH": "org/repo",
        "CI_COMMIT_REF_NAME": "main",
    },
    VersionType.BITBUCKET: {
        "BITBUCKET_COMMIT": SHA,
        "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/org/repo",
        "BITBUCKET_REPO_FULL_NAME": "org/repo",
        "BITBUCKET_BRANCH": "main",
    },
    VersionType.AZUREDEVOPS: {
        "BUILD_SOURCEVERSION": SHA,
        "BUILD_REPOSITORY_URI": "https://me:token@dev.azure.com/org/repo",
        "BUILD_REPOSITORY_NAME": "org/repo",
        "BUILD_SOURCEBRANCHNAME": "main",
    },
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a new folder, outside of all builds and repositories."""
    for name in [name for variables in BUILDS.values() for name in variables] + ["GITHUB_SERVER_URL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", BUILDS)
def test_builds_of_services_tell_their_commit(kind: VersionType, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a build the version of a flow is the commit that is built, unless a version is given."""
    for name, value in BUILDS[kind].items():
        monkeypatch.setenv(name, value)
    for wanted in (None, kind):
        info = version_info("abc", wanted, from_flow=True)
        assert info is not None
        facts = info.model_dump()
        assert (facts["type"], facts["version"], facts["commit_sha"]) == (kind.value, SHA[:8], SHA)
        assert (facts["repository"], facts["branch"]) == ("org/repo", "main")
        assert SHA in facts["url"]
        assert "token" not in facts["url"]
    given = version_info("1.2", kind, from_flow=False)
    assert given is not None
    assert given.version == "1.2"


def test_a_version_is_a_text_where_nothing_else_is_known() -> None:
    """Outside of builds the version is what was given, or the flow's; none is none."""
    for wanted in (None, VersionType.SIMPLE, VersionType.GITHUB, VersionType.GIT):
        info = version_info("abc", wanted, from_flow=True)
        assert info is not None
        assert (info.type, info.version) == ("prefect:simple", "abc")
    assert version_info(None, None, from_flow=False) is None


@pytest.mark.needs("git")
def test_the_commit_that_is_checked_out_is_told_when_it_is_asked_for(folder: Path) -> None:
    """With `VersionType.GIT` the version is the commit of the repository that the program runs in."""
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["remote", "add", "origin", "https://me:token@example.org/org/repo.git"],
        [
            "-c",
            "user.name=me",
            "-c",
            "user.email=a@b",
            "commit",
            "--quiet",
            "--allow-empty",
            "-m",
            "First\n\nMore",
        ],
    ):
        subprocess.run(["git", *command], check=True)
    sha = subprocess.run(
        ["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    info = version_info("abc", VersionType.GIT, from_flow=True)
    assert info is not None
    assert info.model_dump() == {
        "type": "vcs:git",
        "version": sha[:8],
        "commit_sha": sha,
        "message": "First",
        "branch": "main",
        "repository": "org/repo",
        "url": "https://example.org/org/repo.git",
    }
    plain = version_info("abc", None, from_flow=True)
    assert plain is not None
    assert plain.type == "prefect:simple"
