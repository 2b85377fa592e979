"""Settings at `events`: how events leave this process."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class EventsSettings(Section, path="events"):
    """How events leave this process."""

    worker_max_queue_size: int = setting(
        "How many events may wait to be sent; 0 means any number.",
        default=0,
        unit="events",
        at_least=0,
        planned=True,
    )
