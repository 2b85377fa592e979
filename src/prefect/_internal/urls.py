"""Addresses without who calls them: for log lines and errors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

_IN_TEXT = re.compile(r"(https?://)[^\s/?#'\"]*@")
MASK = "***"


def strip_auth_from_url(url: str) -> str:
    """Return an address without its user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if parts.netloc else url


def strip_auth_from_urls_in_text(text: str, extra_secrets: Iterable[str] | None = None) -> str:
    """Return a text without users and passwords in the web addresses that it holds.

    Args:
        text: For example what a program wrote.
        extra_secrets: Other texts to mask.
    """
    for secret in extra_secrets or ():
        if secret:
            text = text.replace(secret, MASK)
    return _IN_TEXT.sub(r"\1", text)
