"""Settings at `server.ephemeral`: servers that programs start for themselves."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ServerEphemeralSettings(Section, path="server.ephemeral"):
    """Servers that programs start for themselves."""

    enabled: bool = setting(
        "Whether programs without an API URL may use a server of their own.",
        default=False,
        also="PREFECT_SERVER_ALLOW_EPHEMERAL_MODE",
        planned=True,
    )
    startup_timeout_seconds: int = setting(
        "How long such a server may take to start.",
        default=20,
        unit="seconds",
        planned=True,
    )
