"""Events: something happened to a resource, and others had a part in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from prefect._clock import now
from prefect._ids import uuid7
from prefect.schemas._base import Body, Record
from prefect.schemas.resources import (
    RelatedResource,
    Resource,
    ResourceSpecification,
    asking_limits_once,
    event_limits,
)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""A time in UTC; one without a time zone is taken to be in UTC."""


class Event(Record):
    """Something that happened. `occurred` is UTC; `follows` is the event that came before it, if one did."""

    occurred: Moment = Field(default_factory=now)
    event: str
    resource: Resource
    related: list[RelatedResource] = Field(default_factory=list[RelatedResource])
    payload: dict[str, Any] = Field(default_factory=dict)
    id: UUID = Field(default_factory=uuid7)
    follows: UUID | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _ask_once(cls, value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        return asking_limits_once(value, validate)

    @field_validator("event")
    @classmethod
    def _check_name(cls, name: str) -> str:
        most = event_limits().name
        if len(name) > most:
            raise ValueError(f"Event name must be at most {most} characters")
        return name

    @field_validator("related")
    @classmethod
    def _check_related(cls, related: list[RelatedResource]) -> list[RelatedResource]:
        most = event_limits().related
        if len(related) > most:
            raise ValueError(f"The maximum number of related resources is {most}")
        return related

    @property
    def size_bytes(self) -> int:
        """How many bytes the event has as JSON."""
        return len(self.model_dump_json().encode())

    @property
    def involved_resources(self) -> Sequence[Resource]:
        """The resource that the event is about, and those that had a part in it."""
        return [self.resource, *self.related]

    @property
    def resource_in_role(self) -> Mapping[str, RelatedResource]:
        """The first of the related resources in each role."""
        return {resource.role: resource for resource in reversed(self.related)}

    @property
    def resources_in_role(self) -> Mapping[str, Sequence[RelatedResource]]:
        """The related resources by role."""
        roles: dict[str, list[RelatedResource]] = {}
        for resource in self.related:
            roles.setdefault(resource.role, []).append(resource)
        return roles

    def find_resource_label(self, label: str) -> str | None:
        """Return the value of a label of the resource that the event is about."""
        return self.resource.get(label)


_NEEDED = frozenset({"id", "occurred"})


def check_sent(event: Event) -> Event:
    """Return an event that was sent, if its sender has told its id and its time: who sends it again tells the same.

    Raises:
        PydanticCustomError: He has not.
    """
    missing = sorted(_NEEDED - event.model_fields_set)
    if missing:
        raise PydanticCustomError("missing", "Field required: {fields}", {"fields": ", ".join(missing)})
    return event


Events = Annotated[list[Annotated[Event, AfterValidator(check_sent)]], WrapValidator(asking_limits_once)]
"""Several events, as they are sent."""


class ReceivedEvent(Event):
    """An event as it was recorded. `received` is when, in UTC."""

    received: Moment


class EventPage(Record):
    """Some of the events that a filter means. `next_page` is the address of more."""

    events: list[ReceivedEvent]
    total: int
    next_page: str | None


def _half_a_year_ago() -> datetime:
    return (now() - timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)


class TimeUnit(str, Enum):
    """A span of time, of which intervals are made."""

    week = "week"
    day = "day"
    hour = "hour"
    minute = "minute"
    second = "second"


class Countable(str, Enum):
    """By what events are counted: by day, by an interval, by their name, by what they are about."""

    day = "day"
    time = "time"
    event = "event"
    resource = "resource"


class EventCount(Record):
    """How many events there are of one kind, or in one interval, and from when until when (UTC)."""

    value: str
    label: str
    count: int
    start_time: Moment
    end_time: Moment


class EventOccurredFilter(Body):
    """When, in UTC; by default in the last 180 days."""

    since: Moment = Field(default_factory=_half_a_year_ago)
    until: Moment = Field(default_factory=now)


class EventNameFilter(Body):
    """Which names, or what they begin with."""

    prefix: list[str] | None = None
    exclude_prefix: list[str] | None = None
    name: list[str] | None = None
    exclude_name: list[str] | None = None


class EventResourceFilter(Body):
    """What events are about. With `distinct`, only the first event of each resource."""

    id: list[str] | None = None
    id_prefix: list[str] | None = None
    labels: ResourceSpecification | None = None
    distinct: bool = False


class EventRelatedFilter(Body):
    """What had a part in events. `resources_in_roles` are pairs of a resource's id and a role."""

    id: list[str] | None = None
    role: list[str] | None = None
    resources_in_roles: list[tuple[str, str]] | None = None
    labels: ResourceSpecification | None = None


class EventAnyResourceFilter(Body):
    """What events are about, or what had a part in them."""

    id: list[str] | None = None
    id_prefix: list[str] | None = None
    labels: ResourceSpecification | None = None


class EventIDFilter(Body):
    """Which ids."""

    id: list[UUID] | None = None


class EventTextFilter(Body):
    """A text that stands somewhere in events, whatever its case."""

    query: str = Field(max_length=200)


class EventOrder(str, Enum):
    """The oldest first, or the newest."""

    ASC = "ASC"
    DESC = "DESC"


class EventFilter(Body):
    """Which events. Of several filters for resources, all must hold."""

    occurred: EventOccurredFilter = Field(default_factory=EventOccurredFilter)
    event: EventNameFilter | None = None
    resource: EventResourceFilter | None = None
    related: EventRelatedFilter | list[EventRelatedFilter] | None = None
    any_resource: EventAnyResourceFilter | list[EventAnyResourceFilter] | None = None
    id: EventIDFilter = Field(default_factory=EventIDFilter)
    text: EventTextFilter | None = None
    order: EventOrder = EventOrder.DESC
