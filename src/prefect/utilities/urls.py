"""Which addresses may be called where those inside the own network must not be."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit


def validate_restricted_url(url: str) -> None:
    """Check that an address leads out of this machine and its network.

    The host is looked up now: whoever calls the address later should do so at once.

    Raises:
        ValueError: It is no address of the web, or one of this machine or of a private network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("The given address is not a valid URL.") from None
    # The path is not told: with webhooks it is often the secret.
    shown = f"{parts.scheme}://{parts.hostname or ''}{f':{port}' if port else ''}"
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"{shown!r} is not a valid URL.  Only HTTP and HTTPS URLs are allowed.")
    host = parts.hostname
    if not host:
        raise ValueError(f"{shown!r} is not a valid URL.")
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except OSError:
        raise ValueError(f"{shown!r} is not a valid URL.  It could not be resolved.") from None
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if not address.is_global or address.is_multicast:
            raise ValueError(f"{shown!r} is not a valid URL.  It resolves to the private address {address}.")
