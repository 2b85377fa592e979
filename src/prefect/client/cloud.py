"""The client of the hosted service, under its documented name: this library does not talk to accounts of it."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from prefect.exceptions import ObjectUnsupported, PrefectException

PARSE_API_URL_REGEX = re.compile(r"accounts/(.{36})/workspaces/(.{36})")
"""The ids of the account and the workspace in the address of a workspace."""


class CloudUnauthorizedError(PrefectException):
    """The hosted service does not know the key."""


class CloudClient:
    """Stands for the client of accounts of the hosted service, which there is none of here.

    Raises:
        ObjectUnsupported: Always. Runs, deployments and all else of a workspace are reached with `get_client`.
    """

    def __init__(self, host: str, api_key: str, httpx_settings: dict[str, Any] | None = None) -> None:
        del host, api_key, httpx_settings
        _refuse()


def get_cloud_client(
    host: str | None = None,
    api_key: str | None = None,
    httpx_settings: dict[str, Any] | None = None,
    infer_cloud_url: bool = False,
) -> CloudClient:
    """See `CloudClient`.

    Raises:
        ObjectUnsupported: Always.
    """
    del host, api_key, httpx_settings, infer_cloud_url
    _refuse()


def _refuse() -> NoReturn:
    raise ObjectUnsupported(
        LookupError("accounts"),
        "Accounts of the hosted service are not managed by this library. For a workspace of it set PREFECT_API_URL to "
        "its address and PREFECT_API_KEY, and use `get_client`.",
    )
