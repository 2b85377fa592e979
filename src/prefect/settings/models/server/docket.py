"""Settings at `server.docket`: the server's queue of background work."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ServerDocketSettings(Section, path="server.docket"):
    """The server's queue of background work."""

    name: str = setting(
        "The name of the queue of background work.",
        default="prefect-server",
        planned=True,
    )
    url: str = setting(
        "Where the queue of background work is kept.",
        default="memory://",
        planned=True,
    )
