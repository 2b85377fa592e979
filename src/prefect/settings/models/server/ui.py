"""Settings at `server.ui`: the server's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.settings.section import Section, setting

if TYPE_CHECKING:
    from prefect.settings.models.root import Settings


def _served_at(settings: Settings) -> str:
    """Return where a server with these settings serves its API."""
    api = settings.server.api
    base_path = (api.base_path or "/api").strip("/")
    return f"http://{api.host}:{api.port}/{base_path}"


class ServerUISettings(Section, path="server.ui"):
    """The server's pages."""

    enabled: bool = setting(
        "Whether the server serves its pages.",
        default=True,
        also="PREFECT_UI_ENABLED",
    )
    v2_enabled: bool = setting(
        "Whether the pages are those of the present design.",
        default=True,
        planned=True,
    )
    api_url: str | None = setting(
        "Where the pages find the API.",
        default=None,
        computed=lambda settings: settings.api.url or _served_at(settings),
        also="PREFECT_UI_API_URL",
    )
    serve_base: str = setting(
        "The path below which the pages are served.",
        default="/",
        also="PREFECT_UI_SERVE_BASE",
    )
    static_directory: str | None = setting(
        "The folder of the built pages; where it has none, and by default, those of the package are served.",
        default=None,
        also="PREFECT_UI_STATIC_DIRECTORY",
    )
    show_promotional_content: bool = setting(
        "Whether the pages advertise anything; these never do.",
        default=True,
        planned=True,
    )
