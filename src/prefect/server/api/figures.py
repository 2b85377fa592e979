"""The figures of the server, for Prometheus to fetch."""

from __future__ import annotations

from prefect.server.api.messages import Answer
from prefect.server.api.surroundings import Surroundings


async def read_figures(here: Surroundings) -> Answer:
    """Return the figures of the server."""
    # They load the library of Prometheus: only where it is asked for.
    from prefect.server.measuring import measure_what_waits
    from prefect.server.metrics import figures

    await measure_what_waits(here)
    content, kind = figures()
    return Answer(200, content, kind)
