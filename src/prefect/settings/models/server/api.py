"""Settings at `server.api`: how the server serves its API."""

from __future__ import annotations

from datetime import timedelta

from prefect.settings.secret import SecretStr
from prefect.settings.section import Section, setting


class ServerAPISettings(Section, path="server.api"):
    """How the server serves its API."""

    auth_string: SecretStr | None = setting(
        "The user and password that the server asks for, as `user:password`.",
        default=None,
    )
    host: str = setting(
        "The address at which the server listens.",
        default="127.0.0.1",
    )
    port: int = setting(
        "The port at which the server listens.",
        default=4200,
        unit="port",
    )
    base_path: str | None = setting(
        "The path below which the API is served.",
        default=None,
    )
    default_limit: int = setting(
        "How many records a list has when the caller does not say.",
        default=200,
        also="PREFECT_API_DEFAULT_LIMIT",
        unit="records",
    )
    keepalive_timeout: int = setting(
        "How long an idle connection stays open.",
        default=5,
        unit="seconds",
    )
    csrf_protection_enabled: bool = setting(
        "Whether requests that change something need a token against forgery.",
        default=False,
        also="PREFECT_SERVER_CSRF_PROTECTION_ENABLED",
    )
    csrf_token_expiration: timedelta = setting(
        "How long such a token is good for.",
        default=timedelta(hours=1),
        also="PREFECT_SERVER_CSRF_TOKEN_EXPIRATION",
        unit="seconds",
    )
    cors_allowed_origins: str = setting(
        "The origins whose pages may call the API, between commas.",
        default="*",
        also="PREFECT_SERVER_CORS_ALLOWED_ORIGINS",
    )
    cors_allowed_methods: str = setting(
        "The methods that pages of other origins may use, between commas.",
        default="*",
        also="PREFECT_SERVER_CORS_ALLOWED_METHODS",
    )
    cors_allowed_headers: str = setting(
        "The headers that pages of other origins may send, between commas.",
        default="*",
        also="PREFECT_SERVER_CORS_ALLOWED_HEADERS",
    )
    websocket_ping_interval: float = setting(
        "How often the server asks whether a websocket is alive.",
        default=20.0,
        unit="seconds",
    )
    websocket_ping_timeout: float = setting(
        "How long a websocket may take to answer that.",
        default=20.0,
        unit="seconds",
    )
    max_parameter_size: int = setting(
        "How large the parameters of a run may be; 0 means any size.",
        default=524288,
        unit="bytes",
        at_least=0,
        planned=True,
    )
