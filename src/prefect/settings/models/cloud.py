"""Settings at `cloud`: the hosted service."""

from __future__ import annotations

from prefect.settings.section import Section, setting


def default_cloud_ui_url(settings: CloudSettings) -> str:
    """Return where the pages are that belong to the API of the hosted service."""
    api_url = settings.api_url.removesuffix("/").removesuffix("/api")
    return api_url.replace("://api.", "://app.", 1)


class CloudSettings(Section, path="cloud"):
    """The hosted service."""

    api_url: str = setting(
        "Where the API of the hosted service is.",
        default="https://api.prefect.cloud/api",
        planned=True,
    )
    enable_orchestration_telemetry: bool = setting(
        "Whether runs tell the hosted service how they were orchestrated.",
        default=True,
        planned=True,
    )
    max_log_size: int = setting(
        "The longest log message that the hosted service takes.",
        default=25000,
        unit="characters",
        planned=True,
    )
    ui_url: str | None = setting(
        "Where the pages of the hosted service are.",
        default=None,
        computed=lambda settings: default_cloud_ui_url(settings.cloud),
        planned=True,
    )
