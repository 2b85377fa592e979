"""One call of an address, for blocks that tell others something by HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prefect.utilities.urls import validate_restricted_url

if TYPE_CHECKING:
    import httpx2


def call(
    method: str,
    url: str,
    *,
    allow_private_urls: bool = True,
    timeout: float = 10,
    verify: bool = True,
    cookies: Mapping[str, str] | None = None,
    **content: Any,
) -> httpx2.Response:
    """Call an address and return the answer, whatever its status.

    Args:
        method: The HTTP method.
        url: The address.
        allow_private_urls: Whether it may lie on this machine or in its network. Redirects are not followed.
        timeout: How long to wait for the connection and for each part of the answer, in seconds.
        verify: Whether the certificate of the other side is checked.
        cookies: Cookies to send.
        **content: What to send: `params`, `headers`, `json`, `data` or `content`.

    Raises:
        ValueError: The address is private, and must not be.
    """
    import httpx2  # only for those who call

    if not allow_private_urls:
        validate_restricted_url(url)
    with httpx2.Client(verify=verify, timeout=timeout, cookies=dict(cookies or {})) as client:
        return client.request(method, url, **content)
