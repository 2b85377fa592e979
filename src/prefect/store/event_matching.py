"""Whether an event is one that a filter means: the same answer as the database would give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import orjson

from prefect.schemas.events import (
    Event,
    EventAnyResourceFilter,
    EventFilter,
    EventNameFilter,
    EventRelatedFilter,
    EventResourceFilter,
)
from prefect.schemas.resources import RelatedResource, Resource
from prefect.store.text_search import Words

T = TypeVar("T")


def is_meant(wanted: EventFilter, event: Event) -> bool:
    """Whether a filter means an event. That only one event of each resource is wanted cannot be told of one alone."""
    return (
        wanted.occurred.since <= event.occurred <= wanted.occurred.until
        and (not wanted.id.id or event.id in wanted.id.id)
        and (wanted.event is None or _is_named(wanted.event, event.event))
        and (wanted.resource is None or _is_about(wanted.resource, event.resource))
        and _all_hold(wanted.related, lambda part: _has_part(part, event.related))
        and _all_hold(wanted.any_resource, lambda part: _involves(part, event.involved_resources))
        and (wanted.text is None or Words.of(wanted.text.query).are_in(_said(event)))
    )


def _is_named(wanted: EventNameFilter, name: str) -> bool:
    return (
        (not wanted.prefix or name.startswith(tuple(wanted.prefix)))
        and (not wanted.exclude_prefix or not name.startswith(tuple(wanted.exclude_prefix)))
        and (not wanted.name or name in wanted.name)
        and (not wanted.exclude_name or name not in wanted.exclude_name)
    )


def _is_about(wanted: EventResourceFilter | EventAnyResourceFilter, resource: Resource) -> bool:
    return (
        (not wanted.id or resource.id in wanted.id)
        and (not wanted.id_prefix or resource.id.startswith(tuple(wanted.id_prefix)))
        and (not wanted.labels or wanted.labels.matches(resource))
    )


def _has_part(wanted: EventRelatedFilter, related: Iterable[RelatedResource]) -> bool:
    return any(
        (not wanted.id or resource.id in wanted.id)
        and (not wanted.role or resource.role in wanted.role)
        and (not wanted.resources_in_roles or (resource.id, resource.role) in wanted.resources_in_roles)
        and (not wanted.labels or wanted.labels.matches(resource))
        for resource in related
    )


def _involves(wanted: EventAnyResourceFilter, involved: Iterable[Resource]) -> bool:
    return any(_is_about(wanted, resource) for resource in involved)


def _said(event: Event) -> str:
    """Return an event as the text in which words are looked for, as it is stored."""
    related = [resource.root for resource in event.related]
    parts = (
        orjson.dumps(part, default=str).decode() for part in (event.resource.root, related, event.payload)
    )
    return f"{event.event} {' '.join(parts)}"


def _all_hold(parts: T | Sequence[T] | None, holds: Callable[[T], bool]) -> bool:
    if parts is None:
        return True
    return all(map(holds, parts)) if isinstance(parts, list) else holds(parts)  # pyright: ignore[reportArgumentType, reportUnknownArgumentType] - one filter or several
