"""Events of slots that were acquired and released, one for each limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from prefect.events import Event, emit_event
from prefect.schemas.concurrency_limits import MinimalConcurrencyLimitResponse

Limits = list[MinimalConcurrencyLimitResponse]


def emit_concurrency_acquisition_events(limits: Limits, occupy: int) -> dict[UUID, Event | None]:
    """Record that slots of limits were acquired; return the event of each limit by the limit's id."""
    return {limit.id: _emit("acquired", limit, limits, occupy) for limit in limits}


def emit_concurrency_release_events(limits: Limits, occupy: int, events: Mapping[UUID, Event | None]) -> None:
    """Record that slots of limits were released, each after the event of its acquisition."""
    for limit in limits:
        _emit("released", limit, limits, occupy, events.get(limit.id))


def _emit(
    phase: Literal["acquired", "released"],
    limit: MinimalConcurrencyLimitResponse,
    together: Limits,
    occupy: int,
    follows: Event | None = None,
) -> Event | None:
    return emit_event(
        f"prefect.concurrency-limit.{phase}",
        resource={
            "prefect.resource.id": f"prefect.concurrency-limit.{limit.id}",
            "prefect.resource.name": limit.name,
            "slots-acquired": str(occupy),
            "limit": str(limit.limit),
        },
        related=[
            {
                "prefect.resource.id": f"prefect.concurrency-limit.{other.id}",
                "prefect.resource.role": "concurrency-limit",
            }
            for other in together
            if other.id != limit.id
        ],
        follows=follows,
    )
