"""Events on their way into the database, as the plain values that their rows are made of.

What the server tells of itself (a run entered a state, a pool is ready) is made here without checking it as events from
outside are: those who tell it know what they write, and they do it within other transactions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from prefect._clock import now
from prefect.schemas.resources import ID, ROLE
from prefect.store.columns import json_text, text, timestamp_text, uuid_text
from prefect.store.statements import Batch, Transaction
from prefect.store.tables.events import EVENT, EVENT_INVOLVED

_MICROSECOND = timedelta(microseconds=1)

_INSERT_EVENTS, _EVENT = EVENT.insert, EVENT.group
_INSERT_INVOLVED, _INVOLVED = EVENT_INVOLVED.insert, EVENT_INVOLVED.group


class EventRow(NamedTuple):
    """An event as plain values.

    Attributes:
        id: The id of the event; the same event is recorded once.
        occurred: When it happened, in UTC.
        event: Its name.
        resource: The labels of what it is about.
        related: The labels of what had a part in it, each with its role.
        payload: What else is to be told, as values that JSON has.
        follows: The event that came before it, if one did.
    """

    id: UUID
    occurred: datetime
    event: str
    resource: Mapping[str, str]
    related: Sequence[Mapping[str, str]] = ()
    payload: Mapping[str, Any] = {}
    follows: UUID | None = None


def insert_events(events: Iterable[EventRow]) -> Transaction[None]:
    """Record events. Recording the same event again changes nothing."""
    received = now()
    rows: list[tuple[Any, ...]] = []
    involved: list[tuple[Any, ...]] = []
    for number, event in enumerate(events):
        id_, resource_id = uuid_text(event.id), text(event.resource[ID])
        follows = None if event.follows is None else uuid_text(event.follows)
        rows.append(
            (
                id_,
                timestamp_text(event.occurred),
                text(event.event),
                resource_id,
                json_text(event.resource),
                json_text(event.related),
                json_text(event.payload),
                # A microsecond later than the one before: so the order in which they were handed over is kept.
                timestamp_text(received + number * _MICROSECOND),
                follows,
            )
        )
        involved.extend(
            (text(each[ID]), id_, position, text(each[ROLE]))
            for position, each in enumerate(event.related, start=1)
        )
    yield Batch(_INSERT_EVENTS, rows, _EVENT)
    yield Batch(_INSERT_INVOLVED, involved, _INVOLVED)
