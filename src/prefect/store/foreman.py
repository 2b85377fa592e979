"""Who was not heard of in time: workers, their pools, queues and deployments. Marked so, and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prefect.schemas.work_pools import PREFECT_AGENT_TYPE
from prefect.store.columns import timestamp_text
from prefect.store.deployment_events import tell_deployments
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.work_pool_events import tell_pool_status, tell_queue

_WITHOUT_WORKERS = (f"work_pool.type <> '{PREFECT_AGENT_TYPE}'", "NOT work_pool.type LIKE '%:push'")
_POOLS_LEFT = (
    "SELECT work_pool.* FROM work_pool WHERE work_pool.status = 'READY' "
    f"AND {' AND '.join(_WITHOUT_WORKERS)} AND NOT work_pool.type LIKE '%:managed' "
    "AND NOT EXISTS (SELECT 1 FROM worker WHERE worker.work_pool_id = work_pool.id AND worker.status = 'ONLINE')"
)


@dataclass(frozen=True)
class Silence:
    """How long is too long.

    Attributes:
        heartbeats: How many heartbeats a worker may miss.
        usual_interval: How many seconds are between the heartbeats of a worker that does not say.
        deployment: How long after it was last looked after a deployment counts as ready.
        queue: The same for a queue.
    """

    heartbeats: int
    usual_interval: float
    deployment: timedelta
    queue: timedelta


@dataclass(frozen=True)
class Silent:
    """The ids of those who were not heard of in time."""

    workers: Sequence[str] = ()
    pools: Sequence[str] = ()
    deployments: Sequence[str] = ()
    queues: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.workers or self.pools or self.deployments or self.queues)


def find_silent(silence: Silence, moment: datetime) -> Transaction[Silent]:
    """Return who was not heard of in time, and pools that have no worker any more."""
    workers = yield Statement(
        "SELECT id, last_heartbeat_time, heartbeat_interval_seconds FROM worker WHERE status = 'ONLINE' ORDER BY id"
    )
    pools = yield Statement(f"{_POOLS_LEFT} ORDER BY work_pool.id")
    deployments = yield Statement(
        "SELECT id FROM deployment WHERE status = 'READY' AND last_polled < ? ORDER BY id",
        (timestamp_text(moment - silence.deployment),),
    )
    queues = yield Statement(
        "SELECT id FROM work_queue WHERE status = 'READY' AND last_polled < ? ORDER BY id",
        (timestamp_text(moment - silence.queue),),
    )
    return Silent(
        [row["id"] for row in workers if _is_silent(row, silence, moment)],
        [row["id"] for row in pools],
        [row["id"] for row in deployments],
        [row["id"] for row in queues],
    )


def mark_silent(silence: Silence, moment: datetime) -> Transaction[Silent]:
    """Mark who was not heard of in time, and tell it. Return who they were."""
    found = yield from find_silent(silence, moment)
    for id_ in found.workers:
        yield Statement("UPDATE worker SET status = 'OFFLINE' WHERE id = ?", (id_,))
    # Only now is it known which pools have no worker left.
    pools = yield Statement(f"{_POOLS_LEFT} ORDER BY work_pool.id")
    for pool in pools:
        yield from tell_pool_status(pool, "NOT_READY", moment)
    for id_ in found.deployments:
        yield Statement("UPDATE deployment SET status = 'NOT_READY' WHERE id = ?", (id_,))
    if found.deployments:
        yield from tell_deployments(found.deployments, "not-ready", moment)
    for id_ in found.queues:
        yield from _mark_queue(id_, moment)
    return Silent(found.workers, [pool["id"] for pool in pools], found.deployments, found.queues)


def _mark_queue(id_: str, moment: datetime) -> Transaction[None]:
    queues = yield Statement(
        "UPDATE work_queue SET status = 'NOT_READY' WHERE id = ? AND status = 'READY' RETURNING *", (id_,)
    )
    for queue in queues:
        pools = yield Statement("SELECT * FROM work_pool WHERE id = ?", (queue["work_pool_id"],))
        for pool in pools:
            yield from tell_queue(queue, pool, "NOT_READY", moment)


def _is_silent(worker: Row, silence: Silence, moment: datetime) -> bool:
    heard = worker["last_heartbeat_time"]
    interval = worker["heartbeat_interval_seconds"] or silence.usual_interval
    latest = moment - timedelta(seconds=interval * silence.heartbeats)
    return heard is None or datetime.fromisoformat(heard) < latest
