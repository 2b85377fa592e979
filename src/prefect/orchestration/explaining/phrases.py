"""What the causes have in common: times, limits that are reached, and things by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from prefect.orchestration.explaining.situations import (
    DeploymentFacts,
    Holder,
    LimitFacts,
    PoolFacts,
    QueueFacts,
    TaskWait,
)
from prefect.schemas.explanations import Cause, RelatedObject

FEW = 3
"""How many are named before the others are only counted."""


def full(limit: LimitFacts | None, code: str, of: str, thing: RelatedObject) -> Iterator[Cause]:
    """Yield the cause that a limit is reached, if it is."""
    if limit is not None and limit.is_full:
        yield slots_taken(limit, code, f"The concurrency limit of {of}", [thing])


def slots_taken(limit: LimitFacts, code: str, subject: str, related: Iterable[RelatedObject] = ()) -> Cause:
    """Return the cause that a limit is full."""
    if limit.slots == 0:
        message, advice = f"{subject} is 0: nothing can start.", "Raise the limit."
    else:
        held = f": held by {named(limit.holders)}" if limit.holders else ""
        message = f"{subject} is reached, {limit.taken} of {limit.slots} taken{held}."
        advice = "Wait until a slot is free, or raise the limit."
    since = [holder.since for holder in limit.holders if holder.since is not None]
    return Cause(
        code=code,
        message=message,
        advice=advice,
        since=min(since) if since else None,
        related=[*related, *(holder.run for holder in limit.holders if holder.run is not None)],
    )


def named(holders: Iterable[Holder]) -> str:
    """Return who holds slots, and since when, in words."""
    holders = list(holders)
    words = [
        f"{holder.words}{f' since {clock(holder.since)}' if holder.since else ''}" for holder in holders[:FEW]
    ]
    more = len(holders) - FEW
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")


def clock(moment: datetime) -> str:
    """Return a time for people."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def thing_of(it: PoolFacts | QueueFacts | DeploymentFacts) -> RelatedObject:
    """Return something as causes name it."""
    kinds = {PoolFacts: "work_pool", QueueFacts: "work_queue", DeploymentFacts: "deployment"}
    return RelatedObject(kind=kinds[type(it)], id=it.id, name=it.name)


def waits_for_upstream(wait: TaskWait, who: str) -> Cause:
    """Return the cause that something waits for other runs to end."""
    others = ", ".join(f"{thing.name!r} ({state})" for thing, state in wait.upstream[:FEW])
    more = len(wait.upstream) - FEW
    return Cause(
        code="upstream",
        message=f"{who} waits for {others}{f' and {more} more' if more > 0 else ''}.",
        advice="Wait until they end, or ask why they have not.",
        since=wait.since,
        related=[thing for thing, _ in wait.upstream],
    )
