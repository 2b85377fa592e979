"""How many runs of work pools and their queues are in progress: those take the slots of their concurrency limits."""

from __future__ import annotations

from collections.abc import Sequence

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
