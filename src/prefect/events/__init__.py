"""Events: say that something happened, and it is recorded with the run that it happened in.

from prefect.events import emit_event
emit_event("table.loaded", resource={"prefect.resource.id": "warehouse.orders"}, payload={"rows": 1200})
"""

from __future__ import annotations

from prefect.events.emitting import emit_event
from prefect.schemas.events import Event, ReceivedEvent
from prefect.schemas.resources import RelatedResource, Resource, ResourceSpecification

__all__ = [
    "Event",
    "ReceivedEvent",
    "RelatedResource",
    "Resource",
    "ResourceSpecification",
    "emit_event",
]
