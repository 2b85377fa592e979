"""Emitting: an event is made, joined to the run that it happens in, and handed to the writer."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from prefect._clock import now
from prefect._ids import uuid7
from prefect.backend import get_backend
from prefect.events.related import related_resources
from prefect.exceptions import EventTooLarge
from prefect.logging import get_logger
from prefect.schemas.events import Event
from prefect.schemas.resources import RelatedResource, Resource
from prefect.settings import get_current_settings
from prefect.store.events import create_events

TIGHT_TIMING = timedelta(minutes=5)
"""How far apart two events may be for one to follow the other; automations forget the first after this time."""


def emit_event(
    event: str,
    resource: dict[str, str] | Resource,
    occurred: datetime | None = None,
    related: list[dict[str, str]] | list[RelatedResource] | None = None,
    payload: dict[str, Any] | None = None,
    id: UUID | None = None,
    follows: Event | None = None,
    **kwargs: Any,
) -> Event | None:
    """Record that something happened. Nobody waits until it is written; it is, at the latest, when the run ends.

    Inside a run, the flow run, task run, flow and tags are added to the related resources, as many as fit.

    Args:
        event: What happened, for example "table.loaded".
        resource: What it happened to, as labels; `prefect.resource.id` is required.
        occurred: When, by default now. A time without a time zone is taken to be in UTC.
        related: What else had a part in it, as labels; `prefect.resource.id` and `prefect.resource.role` are required.
        payload: Anything else there is to say, as JSON has it.
        id: The event's id. Recording the same id again changes nothing.
        follows: The event before this one. It is kept if they are less than five minutes apart.
        **kwargs: Not used; accepted from callers of other releases.

    Returns:
        The event; None if it was not well formed, which is told in the log and stops no run.

    Raises:
        EventTooLarge: It has more bytes than the setting `server.events.maximum_size_bytes` allows.

    Example:
        >>> emit_event("table.loaded", {"prefect.resource.id": "warehouse.orders"}, payload={"rows": 1200})
    """
    moment = _in_utc(occurred) if occurred is not None else now()
    limits = get_current_settings().server.events
    try:
        made = Event.model_validate(
            {
                "id": id or uuid7(),
                "event": event,
                "occurred": moment,
                "resource": resource,
                "related": related or [],
                "payload": payload or {},
                "follows": follows.id if follows and abs(moment - follows.occurred) < TIGHT_TIMING else None,
            }
        )
        run = related_resources({part.id for part in made.involved_resources})
        made.related += run[: max(0, limits.maximum_related_resources - len(made.related))]
        size = made.size_bytes
    except (ValidationError, PydanticSerializationError) as error:
        get_logger("events").error("The event %r was not recorded: %s", event, error)
        return None
    if size > limits.maximum_size_bytes:
        raise EventTooLarge(size, limits.maximum_size_bytes)
    get_backend().perform(create_events, [made]).add_done_callback(_report)
    return made


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _report(written: Future[None]) -> None:
    """Nobody waits for the answer: say it here when an event could not be written."""
    error = written.exception()
    if error is not None:
        get_logger("events").error("An event could not be recorded: %s", error)
