"""Events: recorded once, in the order in which they are handed over, and read by time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect.schemas.events import Event, EventFilter, EventOrder, EventPage, Events, ReceivedEvent
from prefect.schemas.resources import RelatedResource, Resource
from prefect.settings import get_current_settings
from prefect.store.event_conditions import direction, events_meant
from prefect.store.event_pages import PageToken
from prefect.store.event_rows import EventRow, insert_events
from prefect.store.isolation import guarded_by_rows
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.events import EVENT
from prefect.store.task_run_events import concerns_task_run, record_task_run_events

MOST_ON_A_PAGE = 50
"""How many events a page may have."""

PageSize = Annotated[int, Field(ge=0, le=MOST_ON_A_PAGE)]


@operation("POST", "/events", status=204, body="events")
@guarded_by_rows
def create_events(events: Events) -> Transaction[None]:
    """Record events, and the task runs of which they tell. Recording the same event again changes nothing."""
    yield from insert_events(map(as_row, events))
    told = [event for event in events if concerns_task_run(event)]
    if told and get_current_settings().server.services.task_run_recorder.enabled:
        yield from record_task_run_events(told)


def as_row(event: Event) -> EventRow:
    """Return an event as the values that its row is made of."""
    return EventRow(
        event.id,
        event.occurred,
        event.event,
        event.resource.root,
        [related.root for related in event.related],
        event.payload,
        event.follows,
    )


@operation("POST", "/events/filter", reads=True)
def read_events(
    filter: EventFilter | None = None, limit: PageSize = MOST_ON_A_PAGE
) -> Transaction[EventPage]:
    """Return the first events that a filter means, and how many it means in all.

    Args:
        filter: Which ones, and in which order; by default all, the newest first.
        limit: How many at most.
    """
    wanted = filter or EventFilter()
    where = events_meant(wanted)
    counted = yield Statement(f"SELECT count(*) AS n FROM event WHERE {where.sql}", where.parameters)
    total: int = counted[0]["n"]
    return (
        yield from _page(PageToken(filter=wanted, total=total, size=limit, after_occurred="", after_id=""))
    )


@operation("GET", "/events/filter/next", reads=True)
def read_account_events_page(
    page_token: str,
) -> Transaction[EventPage]:
    """Return the events that follow a page.

    Args:
        page_token: What the address of the next page holds.

    Raises:
        RequestRefused: The token is none.
    """
    return (yield from _page(PageToken.read(page_token)))


def _page(token: PageToken) -> Transaction[EventPage]:
    rows = yield from read_event_rows(token.filter, token.size + 1, token.after_occurred, token.after_id)
    more = len(rows) > token.size
    rows = rows[: token.size]
    following = None
    if more:
        changes = {"after_occurred": rows[-1]["occurred"], "after_id": rows[-1]["id"]} if rows else {}
        following = token.model_copy(update=changes).address
    return EventPage(events=as_events(rows), total=token.total, next_page=following)


def read_event_rows(
    wanted: EventFilter, limit: int, after_occurred: str = "", after_id: str = ""
) -> Transaction[list[Row]]:
    """Return the rows of the events that a filter means, in its order.

    Args:
        wanted: Which events.
        limit: How many at most.
        after_occurred: Only those behind the event that occurred at this time, as it is stored.
        after_id: And has this id.
    """
    where = events_meant(wanted)
    behind, place = "", tuple[str, ...]()
    if after_occurred:
        sign = ">" if wanted.order is EventOrder.ASC else "<"
        behind = f" AND (event.occurred, event.id) {sign} (CAST(? AS TEXT), CAST(? AS TEXT))"
        place = (after_occurred, after_id)
    return (
        yield Statement(
            f"SELECT * FROM event WHERE {where.sql}{behind} ORDER BY {direction(wanted.order)} LIMIT ?",
            (*where.parameters, *place, limit),
        )
    )


def as_events(rows: Iterable[Row]) -> list[ReceivedEvent]:
    """Return events as they were recorded, unchecked: the limits of events may have been others then."""
    return [_event(row) for row in rows]


def _event(row: Row) -> ReceivedEvent:
    values = EVENT.decode(row)
    return ReceivedEvent.model_construct(
        occurred=datetime.fromisoformat(values["occurred"]),
        event=values["event"],
        resource=Resource.model_construct(values["resource"]),
        related=[RelatedResource.model_construct(related) for related in values["related"]],
        payload=values["payload"],
        id=UUID(values["id"]),
        follows=UUID(values["follows"]) if values["follows"] else None,
        received=datetime.fromisoformat(values["received"]),
    )
