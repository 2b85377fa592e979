"""Filters of events as SQL.

The ids of resources are looked up in `event_involved`. Labels and roles are looked at in the event itself, in the time
that the filter gives: there are too many of them, and too few who ask, for an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from prefect.schemas.events import (
    EventAnyResourceFilter,
    EventFilter,
    EventNameFilter,
    EventOrder,
    EventRelatedFilter,
    EventResourceFilter,
)
from prefect.schemas.operators import Operator
from prefect.schemas.resources import ID, ROLE, ResourceSpecification
from prefect.store.columns import timestamp_text
from prefect.store.conditions import Condition, none_of, one_of, together
from prefect.store.text_search import holding_words

_RELATED = "(SELECT value AS labels FROM {json_items(event.related)}) AS part"
"""What had a part in an event, each with its labels."""


def events_meant(wanted: EventFilter) -> Condition:
    """What a row of `event` must fulfil."""
    since, until = timestamp_text(wanted.occurred.since), timestamp_text(wanted.occurred.until)
    conditions = [Condition("event.occurred BETWEEN ? AND ?", (since, until))]
    if wanted.id.id:
        conditions.append(one_of("event.id", wanted.id.id))
    if wanted.event is not None:
        conditions += _named(wanted.event)
    if wanted.resource is not None:
        conditions += _about(wanted.resource)
    if wanted.text is not None:
        conditions.append(_saying(wanted.text.query))
    for part in _each(wanted.related):
        conditions += _with_a_part(part)
    for part in _each(wanted.any_resource):
        conditions += _involving(part)
    found = together(conditions)
    if wanted.resource is not None and wanted.resource.distinct:
        return _one_of_each_resource(found, wanted.order)
    return found


def direction(order: EventOrder) -> str:
    """Return the SQL for an order of events."""
    way = "ASC" if order is EventOrder.ASC else "DESC"
    return f"event.occurred {way}, event.id {way}"


def _one_of_each_resource(found: Condition, order: EventOrder) -> Condition:
    ranked = (
        f"SELECT event.id, row_number() OVER (PARTITION BY event.resource_id ORDER BY {direction(order)}) AS place "
        f"FROM event WHERE {found.sql}"
    )
    return Condition(
        f"event.id IN (SELECT ranked.id FROM ({ranked}) AS ranked WHERE ranked.place = 1)", found.parameters
    )


def _named(wanted: EventNameFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.prefix:
        conditions.append(_begins("event.event", wanted.prefix))
    if wanted.exclude_prefix:
        without = _begins("event.event", wanted.exclude_prefix)
        conditions.append(Condition(f"NOT {without.sql}", without.parameters))
    if wanted.name:
        conditions.append(one_of("event.event", wanted.name))
    if wanted.exclude_name:
        conditions.append(none_of("event.event", wanted.exclude_name))
    return conditions


def _about(wanted: EventResourceFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.id:
        conditions.append(one_of("event.resource_id", wanted.id))
    if wanted.id_prefix:
        conditions.append(_begins("event.resource_id", wanted.id_prefix))
    if wanted.labels:
        conditions += _labelled("event.resource", wanted.labels)
    return conditions


def _with_a_part(wanted: EventRelatedFilter) -> list[Condition]:
    """One of those that had a part in the event fulfils all that is wanted."""
    conditions: list[Condition] = []
    indexed: list[Condition] = []
    if wanted.id:
        indexed.append(one_of("involved.resource_id", wanted.id))
        conditions.append(one_of(_member(ID), wanted.id))
    if wanted.role:
        indexed.append(one_of("involved.role", wanted.role))
        conditions.append(one_of(_member(ROLE), wanted.role))
    if wanted.resources_in_roles:
        pairs = wanted.resources_in_roles
        indexed.append(_pairs("involved.resource_id", "involved.role", pairs))
        conditions.append(_pairs(_member(ID), _member(ROLE), pairs))
    by_id = wanted.id or wanted.resources_in_roles
    found = [_looked_up(indexed)] if by_id else []
    if wanted.labels:
        conditions += _labelled("part.labels", wanted.labels)
    elif by_id:
        return found
    return [*found, _some_part(conditions)]


def _involving(wanted: EventAnyResourceFilter) -> list[Condition]:
    """What the event is about, or one of those that had a part in it, fulfils all that is wanted."""
    own: list[Condition] = []
    indexed: list[Condition] = []
    itself: list[Condition] = []
    part: list[Condition] = []
    if wanted.id:
        own.append(one_of("own.resource_id", wanted.id))
        indexed.append(one_of("involved.resource_id", wanted.id))
        itself.append(one_of("event.resource_id", wanted.id))
        part.append(one_of(_member(ID), wanted.id))
    if wanted.id_prefix:
        own.append(_begins("own.resource_id", wanted.id_prefix))
        indexed.append(_begins("involved.resource_id", wanted.id_prefix))
        itself.append(_begins("event.resource_id", wanted.id_prefix))
        part.append(_begins(_member(ID), wanted.id_prefix))
    found = [_looked_up(indexed, own)] if indexed else []
    if wanted.labels:
        itself += _labelled("event.resource", wanted.labels)
        part += _labelled("part.labels", wanted.labels)
        found.append(together([together(itself), _some_part(part)], Operator.or_))
    return found


def _looked_up(conditions: Sequence[Condition], own: Sequence[Condition] = ()) -> Condition:
    """Something that had a part in the event fulfils conditions, or what the event is about fulfils its own."""
    inner = together(conditions)
    found = Condition(
        f"SELECT involved.event_id FROM event_involved AS involved WHERE {inner.sql}", inner.parameters
    )
    if own:
        # Not as OR, which would make the database look at every event: each half has an index.
        itself = together(own)
        found = Condition(
            f"SELECT own.id FROM event AS own WHERE {itself.sql} UNION ALL {found.sql}",
            (*itself.parameters, *found.parameters),
        )
    return Condition(f"event.id IN ({found.sql})", found.parameters)


def _some_part(conditions: Sequence[Condition]) -> Condition:
    inner = together(conditions)
    return Condition(f"EXISTS (SELECT 1 FROM {_RELATED} WHERE {inner.sql})", inner.parameters)


def _member(label: str) -> str:
    return f"{{json_text(part.labels, {label})}}"


def _pairs(id_column: str, role_column: str, pairs: Iterable[tuple[str, str]]) -> Condition:
    return together(
        [Condition(f"({id_column} = ? AND {role_column} = ?)", pair) for pair in pairs], Operator.or_
    )


def _saying(query: str) -> Condition:
    said = " || ' ' || ".join(
        ["event.event", *(f"CAST(event.{column} AS TEXT)" for column in ("resource", "related", "payload"))]
    )
    return holding_words(f"({said})", query)


def _begins(column: str, prefixes: Sequence[str]) -> Condition:
    """The column begins with one of these texts: as ranges, which an index answers."""
    return together([_range(column, prefix) for prefix in prefixes], Operator.or_)


def _range(column: str, prefix: str) -> Condition:
    kept = prefix.rstrip("\U0010ffff")
    if not kept:
        return Condition(f"{column} >= ?", (prefix,))
    last = ord(kept[-1]) + 1
    beyond = kept[:-1] + chr(
        0xE000 if 0xD800 <= last <= 0xDFFF else last
    )  # there is no text with half characters
    return Condition(f"({column} >= ? AND {column} < ?)", (prefix, beyond))


def _labelled(column: str, wanted: ResourceSpecification) -> list[Condition]:
    """The labels in a column fulfil a specification; see `prefect.schemas.resources.matches`."""
    conditions: list[Condition] = []
    for label, values in wanted.items():
        tests = [_valued(value) for value in values]
        test = together(tests, Operator.or_) if tests else Condition("FALSE")
        conditions.append(
            Condition(
                f"EXISTS (SELECT 1 FROM (SELECT key AS label, value AS text FROM {{json_members({column})}}) AS member "
                f"WHERE member.label = ? AND {test.sql})",
                (label, *test.parameters),
            )
        )
    return conditions


def _valued(value: str) -> Condition:
    expected = value.removeprefix("!")
    if expected.endswith("*"):
        test = _range("member.text", expected.removesuffix("*"))
    else:
        test = Condition("member.text = ?", (expected,))
    return Condition(f"NOT ({test.sql})", test.parameters) if value.startswith("!") else test


def _each(parts: Any) -> list[Any]:
    if parts is None:
        return []
    return parts if isinstance(parts, list) else [parts]  # pyright: ignore[reportUnknownVariableType] - one filter or several
