"""What git is handed: nothing that it would take for an option or a program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.runner.storage import GitRepository
from prefect.runner.storages.git_arguments import check_branch, check_directory, check_name, check_url

URL = "https://example.org/a/b.git"


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://example.org/b.git",
        "ssh://git@example.org/b.git",
        "git@example.org:a/b.git",
        "git://example.org/b.git",
        "file:///srv/b",
        "/srv/b",
        "../b",
    ],
)
def test_addresses_of_repositories_are_taken(url: str) -> None:
    """All forms of addresses that fetch from somewhere are taken as they are."""
    assert check_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "-u",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c touch% /tmp/x",
        "EXT::sh",
        "fd::17/foo",
        "gopher://example.org/x",
        "https://example.org/\n-x",
    ],
)
def test_addresses_that_do_something_else_are_refused(url: str) -> None:
    """An option, or a transport that runs a program, is no address."""
    with pytest.raises(ValueError, match="git"):
        GitRepository(url)


@pytest.mark.parametrize(
    "branch", ["-x", "--upload-pack=x", "a b", "a..b", "a\nb", "a~1", "/a", "a/", "x:y", "@{-1}", "*"]
)
def test_names_that_no_branch_can_have_are_refused(branch: str) -> None:
    """An option, or what git would take for several branches, is no branch."""
    with pytest.raises(ValueError, match="no name of a branch"):
        GitRepository(URL, branch=branch)


@given(st.text(min_size=1))
def test_no_accepted_branch_is_an_option(branch: str) -> None:
    """Whatever is accepted begins with no dash and holds neither blanks nor control characters."""
    try:
        accepted = check_branch(branch)
    except ValueError:
        return
    assert not accepted.startswith("-")
    assert not any(character <= " " for character in accepted)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"branch": "main", "commit_sha": "abcdef1"}, "both a branch and a commit"),
        ({"commit_sha": "main"}, "hexadecimal"),
        ({"commit_sha": "--all"}, "hexadecimal"),
        ({"credentials": {"username": "me"}}, "access token"),
        ({"name": "../elsewhere"}, "no name"),
        ({"directories": ["../elsewhere"]}, "no folder"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused(words: dict[str, str], problem: str) -> None:
    """What contradicts itself, or reaches outside, is told at once."""
    with pytest.raises(ValueError, match=problem):
        GitRepository(URL, **words)  # pyright: ignore[reportArgumentType] - wrong on purpose


def test_names_and_folders_are_taken_as_they_are() -> None:
    """Ordinary names pass."""
    assert check_name("repo-main") == "repo-main"
    assert check_directory("flows/etl") == "flows/etl"
