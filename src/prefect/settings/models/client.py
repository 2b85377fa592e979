"""Settings at `client`: how requests to the API are made."""

from __future__ import annotations

from prefect._imports import forwarding
from prefect.settings.section import Section, section, setting


class ClientSettings(Section, path="client"):
    """How requests to the API are made."""

    max_retries: int = setting(
        "How often a request is tried again when the server is busy or unreachable.",
        default=5,
        unit="attempts",
        at_least=0,
    )
    retry_jitter_factor: float = setting(
        "How far the delay before another try may be stretched at random.",
        default=0.2,
        unit="share of the delay",
        at_least=0,
    )
    retry_extra_codes: set[int] = setting(
        "Further HTTP status codes after which a request is tried again.",
        default=set[int](),
    )
    csrf_support_enabled: bool = setting(
        "Whether requests carry a token against forgery when the server asks for one.",
        default=True,
    )
    custom_headers: dict[str, str] = setting(
        "Headers added to every request to the API.",
        default=dict[str, str](),
    )
    server_version_check_enabled: bool = setting(
        "Whether a server of another version is pointed out.",
        default=True,
    )
    metrics: ClientMetricsSettings = section("client")


class ClientMetricsSettings(Section, path="client.metrics"):
    """Metrics that a client serves."""

    enabled: bool = setting(
        "Whether this process serves its own metrics.",
        default=False,
        also="PREFECT_CLIENT_ENABLE_METRICS",
        planned=True,
    )
    port: int = setting(
        "The port at which this process serves its metrics.",
        default=4201,
        unit="port",
        planned=True,
    )


# Types for models of pydantic, which our own settings do without.
__getattr__ = forwarding(
    __name__, dict.fromkeys(("ClientRetryExtraCodes", "JsonStringOrDict"), "prefect.types")
)
