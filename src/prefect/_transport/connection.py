"""What a connection to a server needs to know, and the HTTP clients made of it."""

from __future__ import annotations

import functools
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx2

import prefect
from prefect._transport.absence import Absence
from prefect._transport.app_in_thread import AppInThread
from prefect._transport.channel import Channel
from prefect._transport.foreign import native
from prefect._transport.forgery import CLIENT_HEADER, TOKEN_HEADER
from prefect._transport.patience import Patience
from prefect.logging.loggers import get_logger
from prefect.settings import get_current_settings

API_VERSION = "0.8.4"
"""The version of the API that is spoken."""

USER_AGENT = f"prefect/{prefect.__version__} (API {API_VERSION})"
"""What a client says of itself."""

EMBEDDED_URL = "http://ephemeral-prefect/api/"
"""What stands for the URL of a server in this process."""

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

    @property
    def url(self) -> httpx2.URL:
        """The root of the API."""
        return httpx2.URL(self.api.rstrip("/") + "/" if isinstance(self.api, str) else EMBEDDED_URL)

    def open(
        self,
        patience: Patience | None = None,
        timeout: float | None = None,
        absence: Absence | None = None,
    ) -> Channel:
        """Return a channel for steps that are run blocking.

        Args:
            patience: How long to insist, if not as the settings say.
            timeout: How long to wait for an answer, in seconds, if not as the settings say.
            absence: What is told whether the server answers.
        """
        arguments: dict[str, Any] = self._arguments()
        if timeout is not None:
            arguments["timeout"] = timeout
        return self._channel(httpx2.Client(**arguments), patience, absence)

    def open_async(self) -> Channel:
        """Return a channel for steps that are awaited."""
        return self._channel(httpx2.AsyncClient(**self._arguments()))

    @staticmethod
    def _channel(
        sender: httpx2.Client | httpx2.AsyncClient,
        patience: Patience | None = None,
        absence: Absence | None = None,
    ) -> Channel:
        client = get_current_settings().client
        usual = Patience(client.max_retries, client.retry_jitter_factor, client.retry_extra_codes)
        return Channel(sender, patience or usual, csrf=client.csrf_support_enabled, absence=absence)

    def _arguments(self) -> dict[str, Any]:
        settings = get_current_settings().api
        arguments: dict[str, Any] = {
            "base_url": self.url,
            "timeout": httpx2.Timeout(settings.request_timeout),
        }
        if isinstance(self.api, str):
            arguments["verify"] = self._verify()
            arguments["http2"] = settings.enable_http2
        else:
            arguments["transport"] = AppInThread(self.api)
        return {**arguments, **native(self.httpx_settings), "headers": self._headers()}

    def in_plain_words(self) -> dict[str, Any] | None:
        """Return what a program without this library needs to reach the server, as JSON has it.

        None if it is reached in a way that is only known in this process.
        """
        special = {"transport", "mounts", "auth", "cert", "verify", "proxy"} & self.httpx_settings.keys()
        if special or not isinstance(self.api, str):
            return None
        settings = get_current_settings().api
        return {
            "url": self.api.rstrip("/"),
            "headers": self._headers(),
            "certificates": settings.ssl_cert_file,
            "trusts_anybody": settings.tls_insecure_skip_verify,
        }

    @staticmethod
    def _verify() -> bool | ssl.SSLContext:
        settings = get_current_settings().api
        if settings.tls_insecure_skip_verify:
            return False
        return _trust(settings.ssl_cert_file)

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {"User-Agent": USER_AGENT}
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


@functools.cache
def _trust(certificates: str | None) -> ssl.SSLContext:
    """Return what certificates are checked with. Reading them takes longer than a request, so it is done once."""
    return ssl.create_default_context(cafile=certificates)


def connection_by_settings(httpx_settings: Mapping[str, Any] | None = None) -> Connection | None:
    """Return how the server that the settings name is reached; None if they name none."""
    settings = get_current_settings()
    if not settings.api_url:
        return None
    auth, key = settings.api.auth_string, settings.api.key
    return Connection(
        settings.api_url,
        auth_string=auth.get_secret_value() if auth else None,
        api_key=key.get_secret_value() if key else None,
        httpx_settings=httpx_settings or {},
    )
