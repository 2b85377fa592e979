"""How work pools and their queues are told of: their status and their slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.schemas.work_pools import WorkPool
    from prefect.schemas.work_queues import WorkQueue


def status_text(place: WorkPool | WorkQueue) -> str:
    """Return whether runs of a pool or a queue are started, as people read it."""
    if place.is_paused:
        return "Paused"
    return place.status.value.replace("_", " ").capitalize() if place.status is not None else ""


def slots_text(taken: int | None, limit: int | None) -> str:
    """Return how many runs may be in progress, and how many are."""
    if limit is not None:
        return f"{limit:,}, of which {taken or 0:,} taken"
    return "none" if taken is None else f"{taken:,} in progress, no limit"


def pool_missing(name: str) -> str:
    """Return what to tell somebody who names a pool that is not there."""
    return f"There is no work pool {name!r}. `prefect work-pool ls` lists those that there are."
