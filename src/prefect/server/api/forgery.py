"""Tokens against forged requests: a page of another origin cannot know one, so it cannot change anything.

A token holds when it ends and proves, by a key that only the servers of one database know, for which client it was
made. So nothing has to be stored for each client, and each server knows the tokens of the others.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prefect.server.api.messages import Answer, Asked, refused

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""The methods of requests that need a token."""


@dataclass(frozen=True)
class ForgeryTokens:
    """Makes tokens, and knows its own again.

    Attributes:
        key: What only the servers of one database know.
        lasting: How long a token is good for.
    """

    key: bytes
    lasting: timedelta

    def make(self, client: str, moment: datetime) -> tuple[str, datetime]:
        """Return a token for a client, and when it ends."""
        ends = datetime.fromtimestamp(int((moment + self.lasting).timestamp()), UTC)
        start = f"{int(ends.timestamp()):x}.{secrets.token_hex(8)}"
        return f"{start}.{self._proof(start, client)}", ends

    def is_good(self, token: str, client: str, moment: datetime) -> bool:
        """Whether a token was made for a client and has not ended."""
        start, _, proof = token.rpartition(".")
        if not hmac.compare_digest(proof.encode(), self._proof(start, client).encode()):
            return False
        return int(start.partition(".")[0], 16) > moment.timestamp()

    def _proof(self, start: str, client: str) -> str:
        return hmac.new(
            self.key, f"{start}|{client}".encode("utf-8", "surrogateescape"), hashlib.sha256
        ).hexdigest()


def check_forgery(asked: Asked, tokens: ForgeryTokens, moment: datetime) -> Answer | None:
    """Refuse a request that would change something and has no good token."""
    if asked.method not in CHANGING:
        return None
    token, client = asked.header("prefect-csrf-token"), asked.header("prefect-csrf-client")
    if token is None:
        return refused(403, "Missing CSRF token.")
    if client is None:
        return refused(403, "Missing client identifier.")
    if not tokens.is_good(token, client, moment):
        return refused(403, "Invalid CSRF token or client identifier.")
    return None
