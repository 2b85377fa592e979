"""Whether a server and a client fit together."""

from __future__ import annotations

import re

from prefect.logging.loggers import get_logger

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:[.+-]?([a-z].*|\d.*))?")


def check_versions(server: str, client: str) -> None:
    """Check that a server fits a client. An older server is pointed out in the log.

    Raises:
        RuntimeError: They are of different major versions.
        ValueError: One of them is not a version.
    """
    theirs, ours = _parsed(server), _parsed(client)
    if theirs[0] != ours[0]:
        raise RuntimeError(
            f"This client is of version {client}, the server of version {server}: their major versions must be "
            "the same. Install the one that fits the other."
        )
    if theirs < ours:
        get_logger("client").warning(
            "The server is of version %s, older than this client, %s. Some of what it is asked it may not know; "
            "upgrade the server.",
            server,
            client,
        )


def _parsed(version: str) -> tuple[int, int, int, bool]:
    """Return a version in a form that sorts; one that is not released yet comes before the release."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is not a version.")
    major, minor, patch, rest = found.groups()
    is_release = rest is None or rest.startswith("post") or rest[0].isdigit()
    return int(major), int(minor), int(patch or 0), is_release
