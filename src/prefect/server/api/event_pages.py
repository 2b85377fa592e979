"""The address of the next page of events, as a client can ask for it."""

from __future__ import annotations

from prefect.schemas.events import EventPage
from prefect.server.api.messages import Asked


def with_whole_address(page: EventPage, asked: Asked) -> EventPage:
    """Return a page of events whose address of the next one holds the server by its name, as the client knows it."""
    if page.next_page is None:
        return page
    scheme = (asked.header("x-forwarded-proto") or "http").split(",")[0].strip()
    host = (asked.header("x-forwarded-host") or asked.header("host") or "localhost").split(",")[0].strip()
    base = asked.full_path.removesuffix(asked.path)
    return page.model_copy(update={"next_page": f"{scheme}://{host}{base}{page.next_page}"})
