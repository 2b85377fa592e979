"""What git says of the repository that this process is in."""

from __future__ import annotations

import subprocess


def get_git_remote_origin_url() -> str | None:
    """Return the address of the remote `origin`; None without one."""
    return said("config", "--get", "remote.origin.url")


def get_git_branch() -> str | None:
    """Return the branch that is checked out; None without one."""
    branch = said("rev-parse", "--abbrev-ref", "HEAD")
    return None if branch == "HEAD" else branch


def said(*arguments: str) -> str | None:
    """Return what git answers to a command; None where there is no repository, or no git."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            ["git", *arguments],  # noqa: S607 - the one that the user uses
            check=True,
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
