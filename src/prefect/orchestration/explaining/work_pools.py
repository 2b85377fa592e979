"""Why nobody takes a flow run from its work pool."""

from __future__ import annotations

from collections.abc import Iterator

from prefect.orchestration.explaining.phrases import FEW, clock, full, thing_of
from prefect.orchestration.explaining.situations import PoolFacts, QueueFacts, Situation
from prefect.schemas.explanations import Cause, RelatedObject


def causes_of_pool(situation: Situation) -> Iterator[Cause]:
    """Yield why workers do not take a run from its work pool."""
    pool, queue = situation.pool, situation.queue
    if pool is None:
        return
    if pool.is_paused:
        yield Cause(
            code="pool-paused",
            message=f"Work pool {pool.name!r} is paused: workers start none of its runs.",
            advice=f"`prefect work-pool resume {pool.name}`",
            related=[thing_of(pool)],
        )
    if queue is not None and queue.is_paused:
        yield Cause(
            code="queue-paused",
            message=f"Work queue {queue.name!r} of work pool {pool.name!r} is paused.",
            advice=f"`prefect work-queue resume {queue.name} --pool {pool.name}`",
            related=[thing_of(queue), thing_of(pool)],
        )
    yield from _workers(situation, pool, queue)
    yield from full(pool.limit, "pool-limit", f"work pool {pool.name!r}", thing_of(pool))
    if queue is not None:
        yield from full(queue.limit, "queue-limit", f"work queue {queue.name!r}", thing_of(queue))


def _workers(situation: Situation, pool: PoolFacts, queue: QueueFacts | None) -> Iterator[Cause]:
    if not pool.needs_workers:
        return
    online = [worker for worker in pool.workers if worker.is_online]
    start = f"`prefect worker start --pool {pool.name}`"
    if not pool.workers and not (queue is not None and situation.is_recent(queue.last_polled)):
        yield _never_a_worker(pool, start)
    elif not online and pool.workers:
        heard = [worker.last_heard for worker in pool.workers if worker.last_heard is not None]
        last = max(heard) if heard else None
        seen = f": the last one was heard of at {clock(last)}" if last else ""
        yield Cause(
            code="workers-offline",
            message=f"All workers of work pool {pool.name!r} are gone{seen}.",
            advice=f"Start one where its runs shall be executed: {start}",
            since=last,
            related=[
                RelatedObject(kind="worker", id=each.name, name=each.name) for each in pool.workers[:FEW]
            ],
        )
    elif queue is not None and not situation.is_recent(queue.last_polled):
        names = ", ".join(repr(worker.name) for worker in online[:FEW])
        since = f"since {clock(queue.last_polled)}" if queue.last_polled else "yet"
        yield Cause(
            code="queue-not-polled",
            message=f"No worker has looked into work queue {queue.name!r} {since}; "
            f"those of work pool {pool.name!r} that are there ({names}) look into other queues.",
            advice=f"{start[:-1]} --work-queue {queue.name}`, or start a worker without `--work-queue`: "
            "it looks into all.",
            since=queue.last_polled,
            related=[thing_of(queue), thing_of(pool)],
        )


def _never_a_worker(pool: PoolFacts, start: str) -> Cause:
    if pool.package is None:
        return Cause(
            code="no-worker-of-type",
            message=f"Work pool {pool.name!r} is of type {pool.type!r}, and no worker of this type was ever there; "
            "none of the packages that are known here has one.",
            advice=f"Install the package that has workers of type {pool.type!r}, then {start}; "
            "or put the deployment into a pool of another type.",
            related=[thing_of(pool)],
        )
    install = "" if pool.package == "prefect" else f"`pip install {pool.package}`, then "
    return Cause(
        code="no-worker",
        message=f"No worker was ever started for work pool {pool.name!r}, which is of type {pool.type!r}.",
        advice=f"{install}{start}",
        related=[thing_of(pool)],
    )
