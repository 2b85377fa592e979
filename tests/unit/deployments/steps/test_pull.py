"""`prefect.deployments.steps.pull`: steps that get code to where it runs."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest

from prefect.deployments.steps import (
    agit_clone,
    git_clone,
    pull_from_remote_storage,
    pull_with_block,
    set_working_directory,
)
from prefect.filesystems import LocalFileSystem


@pytest.fixture
def repository(tmp_path: Path) -> str:
    """Make a git repository with one file; return its address."""
    place = tmp_path / "origin"
    place.mkdir()
    (place / "flows.py").write_text("one = 1\n", encoding="utf-8")
    author = ("-c", "user.email=a@b", "-c", "user.name=n")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), (*author, "commit", "-qm", "first")):
        subprocess.run(["git", *arguments], cwd=place, check=True)
    return f"file://{place}"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty directory."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def test_the_working_directory_is_changed(tmp_path: Path) -> None:
    """After the step the process is where it says."""
    assert set_working_directory(str(tmp_path)) == {"directory": str(tmp_path)}
    assert Path.cwd() == tmp_path


def test_a_repository_is_cloned(repository: str, here: Path) -> None:
    """A clone lies below the working directory, and later steps are told where; async code awaits it."""
    assert git_clone(repository, branch="main", clone_directory_name="code") == {"directory": "code"}
    assert (here / "code" / "flows.py").read_text(encoding="utf-8") == "one = 1\n"
    assert asyncio.run(agit_clone(repository, clone_directory_name="other")) == {"directory": "other"}


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"access_token": "a", "credentials": {"x": 1}}, "either an access token or credentials"),
        ({"branch": "a", "commit_sha": "b"}, "both a branch and a commit"),
        ({"branch": "--upload-pack=touch x"}, "upload-pack"),
    ],
)
def test_what_git_must_not_be_asked_is_refused(inputs: dict[str, Any], told: str, repository: str) -> None:
    """Contradictions, and names that git would take for options, are refused before git is started."""
    with pytest.raises(ValueError, match=told):
        git_clone(repository, **inputs)


def test_code_is_pulled_with_a_block(tmp_path: Path, here: Path) -> None:
    """A saved block brings its files into a folder of its own."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "flows.py").write_text("two = 2\n", encoding="utf-8")
    LocalFileSystem(basepath=str(tmp_path / "kept")).save("code")
    pulled = asyncio.run(pull_with_block("code", "local-file-system"))
    assert pulled == {"directory": "local-file-system-code"}
    assert (here / "local-file-system-code" / "flows.py").exists()
    with pytest.raises(ValueError, match="Unable to find block document named nope"):
        asyncio.run(pull_with_block("nope", "local-file-system"))


def test_code_is_pulled_from_any_storage(here: Path) -> None:
    """What fsspec knows is copied below the working directory."""
    import fsspec

    files = fsspec.filesystem("memory")
    files.pipe("/bucket/folder/flows.py", b"three = 3\n")
    pulled = asyncio.run(pull_from_remote_storage("memory://bucket/folder"))
    assert (here / pulled["directory"] / "flows.py").read_bytes() == b"three = 3\n"
