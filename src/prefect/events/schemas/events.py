"""Events and resources."""

from __future__ import annotations

from prefect.schemas.events import Event, ReceivedEvent
from prefect.schemas.resources import RelatedResource, Resource, ResourceSpecification, matches

__all__ = ["Event", "ReceivedEvent", "RelatedResource", "Resource", "ResourceSpecification", "matches"]
