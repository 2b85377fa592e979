"""Settings at `api`: how the API of a server is reached."""

from __future__ import annotations

import os

from prefect.settings.secret import SecretStr
from prefect.settings.section import Section, setting


class APISettings(Section, path="api"):
    """How the API of a server is reached."""

    url: str | None = setting(
        "Where the server's API is; without it, runs are recorded in this process.",
        default=None,
    )
    auth_string: SecretStr | None = setting(
        "The user and password for a server that asks for them, as `user:password`.",
        default=None,
    )
    key: SecretStr | None = setting(
        "The key that proves who calls the API.",
        default=None,
    )
    tls_insecure_skip_verify: bool = setting(
        "Accept any certificate from the server; only for trying things out.",
        default=False,
    )
    ssl_cert_file: str | None = setting(
        "The certificates that the server's certificate is checked with.",
        default=None,
        computed=lambda _: os.environ.get("SSL_CERT_FILE"),
    )
    enable_http2: bool = setting(
        "Talk HTTP/2 to the server.",
        default=False,
    )
    request_timeout: float = setting(
        "How long to wait for an answer of the API.",
        default=60.0,
        unit="seconds",
    )
