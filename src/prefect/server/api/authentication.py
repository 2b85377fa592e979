"""Who may ask: whoever knows the user and the password of the settings."""

from __future__ import annotations

import base64
import binascii
import hmac

from prefect.server.api.messages import Answer, Asked, told

_OPEN = frozenset({"/health", "/ready"})
"""What may be asked without a password: whoever starts servers looks there."""


def check_authentication(asked: Asked, auth_string: str) -> Answer | None:
    """Refuse a request that does not give the user and the password.

    Args:
        asked: The request.
        auth_string: What is wanted, as `user:password`.
    """
    if asked.method == "GET" and asked.path in _OPEN:
        return None
    if is_authorised(asked.header("authorization"), auth_string):
        return None
    return told(401, {"exception_message": "Unauthorized"})


def is_authorised(header: str | None, auth_string: str) -> bool:
    """Whether an Authorization header gives the right user and password."""
    kind, _, given = (header or "").partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        decoded = base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    # How long the comparison takes must not tell how much of the password is right.
    return hmac.compare_digest(decoded, auth_string.encode())
