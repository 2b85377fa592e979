"""Which versions of the API are spoken."""

from __future__ import annotations

import re

from prefect.server.api.messages import Answer, Asked, refused

API_VERSION = "0.8.4"
"""The version of the API that this server speaks."""

OLDEST = (0, 8, 0)
"""The oldest version that a client may ask for."""

_UNCHECKED = frozenset({"/health", "/version"})
_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")


def check_version(asked: Asked) -> Answer | None:
    """Refuse a request for a version of the API that is not spoken here."""
    wanted = asked.header("x-prefect-api-version")
    if wanted is None or wanted == API_VERSION or asked.path in _UNCHECKED:
        return None
    match = _VERSION.fullmatch(wanted)
    if match is None:
        return refused(
            400,
            "Invalid X-PREFECT-API-VERSION header format. "
            f"Expected header in format 'x.y.z' but received {wanted}",
        )
    if tuple(map(int, match.groups())) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return refused(
            400,
            f"The request specified API version {wanted} but this server requires version {oldest} or higher.",
        )
    return None
