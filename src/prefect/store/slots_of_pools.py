"""How many runs of work pools and their queues are in progress: those take the slots of their concurrency limits."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.store.statements import Statement, Transaction

IN_PROGRESS = (StateType.PENDING.value, StateType.RUNNING.value, StateType.CANCELLING.value)
"""The types of the states in which a run takes a slot."""

OCCUPIES = "flow_run.state_type IN ('PENDING', 'RUNNING', 'CANCELLING')"
"""What a run fulfils that takes a slot."""

_AT_ONCE = 500


def taken_in_queues(ids: Sequence[str]) -> Transaction[dict[str, int]]:
    """Return how many slots of queues are taken, for each of their ids."""
    taken = dict.fromkeys(ids, 0)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = yield Statement(
            f"SELECT work_queue_id, count(*) AS runs FROM flow_run WHERE {OCCUPIES} "
            f"AND work_queue_id IN ({', '.join('?' * len(some))}) GROUP BY work_queue_id",
            some,
        )
        taken.update({row["work_queue_id"]: row["runs"] for row in rows})
    return taken


def taken_in_pools(ids: Sequence[str]) -> Transaction[dict[str, int]]:
    """Return how many slots of pools are taken, for each of their ids."""
    taken = dict.fromkeys(ids, 0)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = yield Statement(
            "SELECT work_queue.work_pool_id AS pool_id, count(*) AS runs FROM flow_run "
            "JOIN work_queue ON work_queue.id = flow_run.work_queue_id "
            f"WHERE {OCCUPIES} AND work_queue.work_pool_id IN ({', '.join('?' * len(some))}) "
            "GROUP BY work_queue.work_pool_id",
            some,
        )
        taken.update({row["pool_id"]: row["runs"] for row in rows})
    return taken


def hindrance_of_pool(run: FlowRun) -> Transaction[str | None]:
    """Return why a run of a work pool cannot start now: its pool or queue is paused or has no slot free. Else None."""
    if run.work_queue_id is None:
        return None
    rows = yield Statement(
        "SELECT work_queue.id AS queue_id, work_queue.name AS queue, work_queue.is_paused AS queue_paused, "
        "work_queue.concurrency_limit AS queue_limit, work_pool.id AS pool_id, work_pool.name AS pool, "
        "work_pool.is_paused AS pool_paused, work_pool.concurrency_limit AS pool_limit "
        "FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id WHERE work_queue.id = ?",
        (str(run.work_queue_id),),
    )
    if not rows:
        return None
    row = rows[0]
    of_both = (
        (f"Work pool {row['pool']!r}", row["pool_paused"], row["pool_limit"], row["pool_id"], taken_in_pools),
        (
            f"Work queue {row['queue']!r} of work pool {row['pool']!r}",
            row["queue_paused"],
            row["queue_limit"],
            row["queue_id"],
            taken_in_queues,
        ),
    )
    for name, is_paused, limit, id_, taken in of_both:
        if is_paused:
            return f"{name} is paused."
        if limit is not None and (yield from taken([id_]))[id_] >= limit:
            return f"{name} is at its limit: {limit} of its runs are in progress."
    return None
