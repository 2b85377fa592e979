"""What may be handed to git: nothing that it would take for an option, or for a program to run."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEMES = frozenset({"https", "http", "ssh", "git", "git+ssh", "file"})
_COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")
_NOT_IN_REFS = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")


def check_url(url: str) -> str:
    """Return the address of a repository.

    Raises:
        ValueError: git would take it for an option, or for a transport that runs programs, or does not know it.
    """
    if not url or url.startswith("-") or any(character < " " for character in url):
        raise ValueError(f"{url!r} is no address of a git repository.")
    if re.match(r"[A-Za-z0-9+.-]*::", url):
        raise ValueError(
            f"{url!r} names a transport of git that can run programs. Give an address such as https://… or ssh://…."
        )
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme and scheme not in _SCHEMES:
        raise ValueError(f"{url!r} is no address of a git repository: git cannot fetch from {scheme}://.")
    return url


def check_branch(branch: str) -> str:
    """Return the name of a branch or tag.

    Raises:
        ValueError: No branch can have this name.
    """
    if not branch or branch.startswith(("-", "/")) or branch.endswith("/") or _NOT_IN_REFS.search(branch):
        raise ValueError(f"{branch!r} is no name of a branch or tag.")
    return branch


def check_commit(commit: str) -> str:
    """Return the hash of a commit.

    Raises:
        ValueError: It is none.
    """
    if not _COMMIT.fullmatch(commit):
        raise ValueError(
            f"Invalid commit SHA: {commit!r}. Expected a hexadecimal Git commit SHA (4-64 characters). "
            "If you are trying to specify a branch or tag name, use the 'branch' parameter instead."
        )
    return commit


def check_directory(directory: str) -> str:
    """Return the name of a folder in a repository.

    Raises:
        ValueError: It is empty, or names something outside of the repository.
    """
    inner = directory.replace("\\", "/").strip("/").split("/")
    if not directory.strip("/") or ".." in inner or any(character < " " for character in directory):
        raise ValueError(f"{directory!r} is no folder of the repository.")
    return directory


def check_name(name: str) -> str:
    """Return the name of the folder into which a repository is fetched.

    Raises:
        ValueError: It is more than a name, so the folder could be anywhere.
    """
    if name in {"", ".", ".."} or name.startswith("-") or re.search(r"[/\\\x00-\x1f]", name):
        raise ValueError(f"{name!r} is no name for the folder of a repository.")
    return name
