"""Code in git repositories, with the real git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from prefect.blocks.block import Block
from prefect.blocks.system import Secret
from prefect.exceptions import BlockNotSavedError
from prefect.runner.storage import GitRepository
from prefect.runner.storages.git_credentials import environment_for, login_of

pytestmark = pytest.mark.needs("git")

URL = "https://example.org/a/b.git"
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Return a function that runs git in a new repository with two folders on the branch main."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a person")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "person@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    origin = tmp_path / "origin"
    (origin / "flows").mkdir(parents=True)
    (origin / "docs").mkdir()

    def run(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=origin, check=True, capture_output=True, text=True
        ).stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    run("config", "uploadpack.allowAnySHA1InWant", "true")
    run("config", "uploadpack.allowFilter", "true")
    (origin / "flows" / "etl.py").write_text("one")
    (origin / "docs" / "read.me").write_text("read")
    run("add", ".")
    run("commit", "--quiet", "--message=one")
    return run


def commit(git: Git, text: str) -> str:
    """Change the file in the repository and return the commit."""
    (Path(git("rev-parse", "--show-toplevel")) / "flows" / "etl.py").write_text(text)
    git("commit", "--quiet", "--all", f"--message={text}")
    return git("rev-parse", "HEAD")


def repository(git: Git, folder: Path, **words: Any) -> GitRepository:
    """Return the storage of the repository, which fetches below a folder."""
    storage = GitRepository(f"file://{git('rev-parse', '--show-toplevel')}", **words)
    storage.set_base_path(folder)
    return storage


def text(storage: GitRepository) -> str:
    """Return what was fetched."""
    return (storage.destination / "flows" / "etl.py").read_text()


async def test_the_newest_commit_is_fetched_and_then_what_is_new(git: Git, tmp_path: Path) -> None:
    """Only the newest commit is fetched; fetching again brings the new one, and undoes what was changed here."""
    storage = repository(git, tmp_path / "here")
    assert storage.destination == tmp_path / "here" / "origin"
    await storage.pull_code()
    assert text(storage) == "one"
    assert await storage.is_shallow_clone()
    assert not await storage.is_sparsely_checked_out()
    commit(git, "two")
    (storage.destination / "flows" / "etl.py").write_text("changed here")
    await storage.pull_code()
    assert text(storage) == "two"


async def test_a_branch_whose_history_was_rewritten_is_fetched(git: Git, tmp_path: Path) -> None:
    """A branch is followed wherever it is moved."""
    git("checkout", "--quiet", "-b", "work/x")
    commit(git, "on the branch")
    storage = repository(git, tmp_path / "here", branch="work/x")
    assert storage.destination.name == "origin-work-x"
    await storage.pull_code()
    git("reset", "--hard", "--quiet", "main")
    commit(git, "rewritten")
    await storage.pull_code()
    assert text(storage) == "rewritten"


async def test_a_commit_is_fetched(git: Git, tmp_path: Path) -> None:
    """A commit stays what it is, wherever the branch goes; another one can be fetched into the same folder."""
    first, second = git("rev-parse", "HEAD"), commit(git, "two")
    storage = repository(git, tmp_path / "here", commit_sha=first)
    await storage.pull_code()
    await storage.pull_code()
    assert text(storage) == "one"
    assert await storage.is_current_commit()
    later = repository(git, tmp_path / "here", commit_sha=second[:10])
    assert not await later.is_current_commit()
    await later.pull_code()
    assert text(later) == "two"
    with pytest.raises(ValueError, match="No commit SHA"):
        await repository(git, tmp_path / "here").is_current_commit()


async def test_only_some_folders_are_fetched(git: Git, tmp_path: Path) -> None:
    """With `directories`, other folders are left out, also when fetching again."""
    storage = repository(git, tmp_path / "here", directories=["flows"])
    for _ in range(2):
        await storage.pull_code()
        assert text(storage) == "one"
        assert not (storage.destination / "docs").exists()
    assert await storage.is_sparsely_checked_out()


async def test_repositories_inside_are_fetched_when_they_are_wanted(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `include_submodules` the repositories inside are there, also when they come later."""
    settings = tmp_path / "gitconfig"
    settings.write_text(
        '[protocol "file"]\n\tallow = always\n'
    )  # else git fetches no inner one from a folder
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    inner = tmp_path / "inner"
    git("clone", "--quiet", ".", str(inner))
    storage, without = (
        repository(git, tmp_path / str(wanted), include_submodules=wanted) for wanted in (True, False)
    )
    await storage.pull_code()
    git("submodule", "--quiet", "add", f"file://{inner}", "vendored")
    git("commit", "--quiet", "--message=with another one inside")
    for one in (storage, without):
        await one.pull_code()
    assert (storage.destination / "vendored" / "flows" / "etl.py").read_text() == "one"
    assert not (without.destination / "vendored" / "flows").exists()


async def test_a_folder_that_git_does_not_get_on_with_is_fetched_anew(git: Git, tmp_path: Path) -> None:
    """A fetch that was ended half way does not stop later ones for ever."""
    storage = repository(git, tmp_path / "here")
    await storage.pull_code()
    (storage.destination / ".git" / "index.lock").touch()
    commit(git, "two")
    await storage.pull_code()
    assert text(storage) == "two"


async def test_another_repository_is_not_overwritten(git: Git, tmp_path: Path) -> None:
    """In a folder with the code of another repository nothing is done."""
    storage = repository(git, tmp_path / "here")
    await storage.pull_code()
    other = GitRepository("https://example.org/origin.git")
    other.set_base_path(tmp_path / "here")
    with pytest.raises(ValueError, match="does not match the configured repository"):
        await other.pull_code()
    assert text(storage) == "one"


@pytest.mark.parametrize("words", [{"branch": "nowhere"}, {"commit_sha": "0" * 40}])
async def test_what_git_says_is_told(git: Git, tmp_path: Path, words: dict[str, str]) -> None:
    """When the code cannot be fetched the error names the repository and says what git said."""
    with pytest.raises(RuntimeError, match=r"Failed to .* repository 'file:.*\n  git: "):
        await repository(git, tmp_path / "here", **words).pull_code()


async def test_without_git_the_error_says_so(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where git is not installed nobody has to guess."""
    storage = repository(git, tmp_path / "here")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="there is no program `git`"):
        await storage.pull_code()


# --- credentials -------------------------------------------------------------------------------------------------


class Forge(Block):
    """Credentials as a package of a service has them."""

    token: str | None = None
    username: str | None = None


@pytest.mark.parametrize(
    ("credentials", "url", "expected"),
    [
        (None, URL, None),
        ({}, URL, None),
        ({"access_token": "secret-1"}, URL, ("x-access-token", "secret-1")),
        ({"username": "me", "access_token": "secret-1"}, URL, ("me", "secret-1")),
        ({"username": "me", "password": "secret-1"}, URL, ("me", "secret-1")),
        ({"access_token": Secret[str](value=SecretStr("secret-1"))}, URL, ("x-access-token", "secret-1")),
        (Forge(token="secret-1"), "https://gitlab.com/a/b.git", ("oauth2", "secret-1")),
        ({"access_token": "secret-1"}, "https://bitbucket.org/a.git", ("x-token-auth", "secret-1")),
        ({"access_token": "me:secret-1"}, "https://bitbucket.org/a.git", ("me", "secret-1")),
        ({"access_token": "secret-1"}, "git@example.org:a.git", None),
    ],
)
def test_git_logs_in_as_services_want_it(credentials: Any, url: str, expected: Any) -> None:
    """A token goes with the name that the service wants; only web addresses need a login."""
    assert login_of(credentials, url) == expected


def test_a_block_can_say_itself_how_to_log_in() -> None:
    """A block with `format_git_credentials` knows its service best."""

    class Knowing(Block):
        def format_git_credentials(self, url: str) -> str:
            return url.replace("://", "://user:p%40ss@")

    assert login_of(Knowing(), URL) == ("user", "p@ss")


async def test_a_token_is_neither_an_argument_nor_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git has a token from its environment, for the one server: not from its arguments, which everybody can read."""
    (tmp_path / "git").write_text('#!/bin/sh\necho "$0 $@"; env | grep GIT_; echo s3cr3t-token; exit 3\n')
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    storage = GitRepository(URL, credentials={"access_token": "s3cr3t-token"})
    storage.set_base_path(tmp_path / "here")
    with pytest.raises(RuntimeError) as raised:
        await storage.pull_code()
    said = str(raised.value)
    assert "clone --depth 1 -- https://example.org/a/b.git" in said
    assert "GIT_CONFIG_KEY_1=credential.https://example.org.helper" in said
    assert "GIT_TERMINAL_PROMPT=0" in said
    assert "s3cr3t" not in said


def test_the_helper_of_git_answers_for_its_server_only() -> None:
    """The login that git finds in its environment is told to no other server, such as that of a submodule."""
    login = login_of({"username": "me", "access_token": "s3cr3t"}, URL)
    variables = {**os.environ, **environment_for(login, URL), "GIT_CONFIG_GLOBAL": os.devnull}

    def asked(host: str) -> str:
        return subprocess.run(
            ["git", "credential", "fill"],
            input=f"protocol=https\nhost={host}\n\n",
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        ).stdout

    assert "password=s3cr3t" in asked("example.org")
    assert "s3cr3t" not in asked("elsewhere.org")


def test_the_password_of_an_address_is_not_shown() -> None:
    """Whoever prints a storage, or reads a log, does not see the password in its address."""
    assert "hidden" not in repr(GitRepository("https://me:hidden-word@example.org/a.git"))


# --- what deployments are told -----------------------------------------------------------------------------------


def test_a_repository_becomes_a_step() -> None:
    """A deployment names the repository, the branch and all that is not usual."""
    assert GitRepository(URL).to_pull_step() == {
        "prefect.deployments.steps.git_clone": {"repository": URL, "branch": None}
    }
    storage = GitRepository(
        URL, name="code", commit_sha="abcdef1", include_submodules=True, directories=["a"]
    )
    assert storage.to_pull_step() == {
        "prefect.deployments.steps.git_clone": {
            "repository": URL,
            "branch": None,
            "clone_directory_name": "code",
            "commit_sha": "abcdef1",
            "directories": ["a"],
            "include_submodules": True,
        }
    }


def test_credentials_become_references_to_saved_blocks() -> None:
    """No token is stored with a deployment: it names the block that holds it."""
    secret = Secret[str](value=SecretStr("s3cr3t"))
    with pytest.raises(BlockNotSavedError):
        GitRepository(URL, credentials={"access_token": secret}).to_pull_step()
    with pytest.raises(ValueError, match="save your access token as a Secret block"):
        GitRepository(URL, credentials={"access_token": "s3cr3t"}).to_pull_step()
    secret.save("token")
    step = GitRepository(URL, credentials={"username": "me", "access_token": secret}).to_pull_step()
    assert step["prefect.deployments.steps.git_clone"]["credentials"] == {
        "username": "me",
        "access_token": "{{ prefect.blocks.secret.token }}",
    }
    forge = Forge(token="s3cr3t")
    forge.save("mine")
    step = GitRepository(URL, credentials=forge).to_pull_step()
    assert step["prefect.deployments.steps.git_clone"]["credentials"] == "{{ prefect.blocks.forge.mine }}"


def test_storages_of_the_same_code_are_equal() -> None:
    """So a runner fetches the code of several deployments once."""
    assert GitRepository(URL) == GitRepository(URL, credentials={"access_token": "x"})
    assert GitRepository(URL) != GitRepository(URL, branch="b")
    assert GitRepository(URL) != "b"
    assert len({GitRepository(URL), GitRepository(URL)}) == 1
