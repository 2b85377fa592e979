"""Settings at `server.logs`: how the server passes logs on."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ServerLogsSettings(Section, path="server.logs"):
    """How the server passes logs on."""

    stream_out_enabled: bool = setting(
        "Whether logs can be followed as they come.",
        default=False,
    )
    stream_publishing_enabled: bool = setting(
        "Whether the server passes logs on to those who follow them.",
        default=False,
        planned=True,
    )
