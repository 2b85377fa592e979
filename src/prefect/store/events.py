"""Events: recorded once, in the order in which they are handed over, and read by time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.schemas.events import (
    Event,
    EventAnyResourceFilter,
    EventFilter,
    EventNameFilter,
    EventOrder,
    EventPage,
    EventRelatedFilter,
    EventResourceFilter,
    ReceivedEvent,
)
from prefect.schemas.operators import Operator
from prefect.schemas.resources import RelatedResource, Resource, ResourceSpecification
from prefect.store.columns import timestamp_text
from prefect.store.conditions import Condition, begins_with, none_of, one_of, together
from prefect.store.operations import operation
from prefect.store.statements import Batch, Row, Statement, Transaction
from prefect.store.tables.events import EVENT, EVENT_RESOURCE

_EVENT_INSERT, _RESOURCE_INSERT = EVENT.insert, EVENT_RESOURCE.insert


@operation("POST", "/events", status=204)
def create_events(events: list[Event]) -> Transaction[None]:
    """Record events. Recording the same event again changes nothing."""
    received = now()
    rows: list[list[Any]] = []
    resources: list[list[Any]] = []
    for event in events:
        values = {
            **dict(event),
            "resource_id": event.resource.id,
            "resource": event.resource.root,
            "related": [related.root for related in event.related],
            "received": received,
        }
        rows.append(EVENT.encode(values))
        for position, resource in enumerate(event.involved_resources):
            labels = {
                "event_id": event.id,
                "position": position,
                "resource_id": resource.id,
                "role": resource.get("prefect.resource.role") if position else None,
                "labels": resource.root,
            }
            resources.append(EVENT_RESOURCE.encode(labels))
    yield Batch(_EVENT_INSERT, rows, EVENT.group)
    yield Batch(_RESOURCE_INSERT, resources, EVENT_RESOURCE.group)


@operation("POST", "/events/filter", reads=True)
def read_events(filter: EventFilter | None = None, limit: int = 50) -> Transaction[EventPage]:
    """Return the first events that a filter means, and how many it means in all.

    Args:
        filter: Which ones, and in which order; by default all, the newest first.
        limit: How many at most.
    """
    wanted = filter or EventFilter()
    where = _condition(wanted)
    counted = yield Statement(f"SELECT count(*) AS n FROM event WHERE {where.sql}", where.parameters)
    direction = "ASC" if wanted.order is EventOrder.ASC else "DESC"
    rows = yield Statement(
        f"SELECT * FROM event WHERE {where.sql} ORDER BY occurred {direction}, id {direction} LIMIT ?",
        (*where.parameters, limit),
    )
    return EventPage(events=[_event(row) for row in rows], total=counted[0]["n"], next_page=None)


def _event(row: Row) -> ReceivedEvent:
    """Return an event as it was recorded, unchecked: the limits of events may have been others then."""
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


def _condition(wanted: EventFilter) -> Condition:
    since, until = timestamp_text(wanted.occurred.since), timestamp_text(wanted.occurred.until)
    conditions = [Condition("occurred BETWEEN ? AND ?", (since, until))]
    if wanted.id.id:
        conditions.append(one_of("id", wanted.id.id))
    if wanted.event is not None:
        conditions += _named(wanted.event)
    if wanted.resource is not None:
        conditions += _about(wanted.resource)
    if wanted.text is not None:
        conditions.append(_saying(wanted.text.query))
    for part in _each(wanted.related):
        conditions.append(_with_a(_playing(part)))
    for part in _each(wanted.any_resource):
        conditions.append(_with_a(_identified(part)))
    found = together(conditions)
    if wanted.resource is not None and wanted.resource.distinct:
        return Condition(
            f"id IN (SELECT min(id) FROM event WHERE {found.sql} GROUP BY resource_id)", found.parameters
        )
    return found


def _named(wanted: EventNameFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.prefix:
        conditions.append(begins_with("event", wanted.prefix))
    if wanted.exclude_prefix:
        without = begins_with("event", wanted.exclude_prefix)
        conditions.append(Condition(f"NOT {without.sql}", without.parameters))
    if wanted.name:
        conditions.append(one_of("event", wanted.name))
    if wanted.exclude_name:
        conditions.append(none_of("event", wanted.exclude_name))
    return conditions


def _about(wanted: EventResourceFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.id:
        conditions.append(one_of("resource_id", wanted.id))
    if wanted.id_prefix:
        conditions.append(begins_with("resource_id", wanted.id_prefix))
    if wanted.labels:
        conditions += _labelled("event.resource", wanted.labels)
    return conditions


def _playing(wanted: EventRelatedFilter) -> list[Condition]:
    conditions = [Condition("part.role IS NOT NULL")]
    if wanted.id:
        conditions.append(one_of("part.resource_id", wanted.id))
    if wanted.role:
        conditions.append(one_of("part.role", wanted.role))
    if wanted.resources_in_roles:
        pairs = [
            Condition("(part.resource_id = ? AND part.role = ?)", pair) for pair in wanted.resources_in_roles
        ]
        conditions.append(together(pairs, Operator.or_))
    if wanted.labels:
        conditions += _labelled("part.labels", wanted.labels)
    return conditions


def _identified(wanted: EventAnyResourceFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.id:
        conditions.append(one_of("part.resource_id", wanted.id))
    if wanted.id_prefix:
        conditions.append(begins_with("part.resource_id", wanted.id_prefix))
    if wanted.labels:
        conditions += _labelled("part.labels", wanted.labels)
    return conditions


def _saying(text: str) -> Condition:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    said = "event || ' ' || event.resource || ' ' || related || ' ' || payload"
    return Condition(f"({said}) LIKE '%' || ? || '%' ESCAPE '\\'", (escaped,))


def _with_a(conditions: Sequence[Condition]) -> Condition:
    """One of the event's resources fulfils these conditions."""
    inner = together(conditions)
    return Condition(
        f"id IN (SELECT part.event_id FROM event_resource AS part WHERE {inner.sql})", inner.parameters
    )


def _labelled(column: str, wanted: ResourceSpecification) -> list[Condition]:
    """The labels in a column fulfil a specification; see `prefect.schemas.resources.matches`."""
    conditions: list[Condition] = []
    for label, values in wanted.items():
        tests: list[str] = []
        parameters: list[Any] = []
        for value in values:
            expected = value.removeprefix("!")
            prefix = expected.endswith("*")
            expected = expected.removesuffix("*")
            test = "substr(label.value, 1, length(?)) = ?" if prefix else "label.value = ?"
            tests.append(f"NOT ({test})" if value.startswith("!") else f"({test})")
            parameters += [expected, expected] if prefix else [expected]
        conditions.append(
            Condition(
                f"EXISTS (SELECT 1 FROM json_each({column}) AS label "
                f"WHERE label.key = ? AND ({' OR '.join(tests) or 'FALSE'}))",
                (label, *parameters),
            )
        )
    return conditions


def _each(parts: Any) -> list[Any]:
    if parts is None:
        return []
    return parts if isinstance(parts, list) else [parts]  # pyright: ignore[reportUnknownVariableType] - one filter or several
