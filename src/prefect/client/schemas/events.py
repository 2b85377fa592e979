"""Events, as they were recorded."""

from __future__ import annotations

from prefect.schemas.events import EventPage, ReceivedEvent

__all__ = ["EventPage", "ReceivedEvent"]
