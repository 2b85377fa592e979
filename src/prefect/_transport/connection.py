"""What a connection to a server needs to know, and the HTTP clients made of it."""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx2

import prefect
from prefect._transport.channel import Channel
from prefect._transport.forgery import CLIENT_HEADER, TOKEN_HEADER
from prefect._transport.patience import Patience
from prefect.exceptions import ConfigurationError
from prefect.logging.loggers import get_logger
from prefect.settings import get_current_settings

API_VERSION = "0.8.4"
"""The version of the API that is spoken."""

ASGIApp: TypeAlias = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]
"""A server in this process."""

_OURS = ("User-Agent", TOKEN_HEADER, CLIENT_HEADER)


@dataclass(frozen=True)
class Connection:
    """How a server is reached; the rest is in the settings `api` and `client`.

    Attributes:
        api: The URL of the root of its API, or a server in this process.
        auth_string: The user and password, as `user:password`.
        api_key: The key that proves who calls; `auth_string` goes before it.
        api_version: The version of the API that is spoken.
        httpx_settings: Arguments for the HTTP client, which go before everything else.
    """

    api: str | ASGIApp
    auth_string: str | None = None
    api_key: str | None = None
    api_version: str | None = None
    httpx_settings: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def open(self) -> Channel:
        """Return a channel for steps that are run blocking.

        Raises:
            ConfigurationError: The server is an application in this process, which cannot be waited for.
        """
        if not isinstance(self.api, str):
            raise ConfigurationError("An application in this process needs an async client: `PrefectClient`.")
        return self._channel(httpx2.Client(**self._arguments()))

    def open_async(self) -> Channel:
        """Return a channel for steps that are awaited."""
        return self._channel(httpx2.AsyncClient(**self._arguments()))

    @staticmethod
    def _channel(sender: httpx2.Client | httpx2.AsyncClient) -> Channel:
        client = get_current_settings().client
        patience = Patience(client.max_retries, client.retry_jitter_factor, client.retry_extra_codes)
        return Channel(sender, patience, csrf=client.csrf_support_enabled)

    def _arguments(self) -> dict[str, Any]:
        settings = get_current_settings().api
        arguments: dict[str, Any] = {"timeout": httpx2.Timeout(settings.request_timeout)}
        if isinstance(self.api, str):
            arguments["base_url"] = self.api.rstrip("/") + "/"
            arguments["verify"] = self._verify()
            arguments["http2"] = settings.enable_http2
        else:
            arguments["base_url"] = "http://ephemeral-prefect/api/"
            arguments["transport"] = httpx2.ASGITransport(app=self.api)
        return {**arguments, **self.httpx_settings, "headers": self._headers()}

    def _verify(self) -> bool | ssl.SSLContext:
        settings = get_current_settings().api
        if settings.tls_insecure_skip_verify:
            return False
        if settings.ssl_cert_file:
            return ssl.create_default_context(cafile=settings.ssl_cert_file)
        return True

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {"User-Agent": f"prefect/{prefect.__version__} (API {API_VERSION})"}
        headers.update(dict(self.httpx_settings.get("headers") or {}))
        headers.setdefault("X-PREFECT-API-VERSION", self.api_version or API_VERSION)
        if self.auth_string:
            headers["Authorization"] = f"Basic {b64encode(self.auth_string.encode()).decode()}"
        elif self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        ours = {name.lower() for name in _OURS}
        for name, value in get_current_settings().client.custom_headers.items():
            if name.lower() in ours:
                get_logger("client").warning(
                    "The header %r of PREFECT_CLIENT_CUSTOM_HEADERS is left out: %s are set by Prefect.",
                    name,
                    ", ".join(_OURS),
                )
            else:
                headers[name] = value
        return headers
