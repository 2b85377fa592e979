"""What waits and what is taken, measured for whoever watches a server."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from prefect.store.columns import timestamp_text
from prefect.store.statements import Row, Statement, Transaction


class Waiting(NamedTuple):
    """What waits in one place: how many, and for how many seconds the first of them."""

    place: str
    runs: int
    seconds: float


class Slots(NamedTuple):
    """How many slots of a concurrency limit are taken, of how many."""

    limit: str
    taken: float
    of: int


class Measures(NamedTuple):
    """What waits and what is taken at one moment.

    Attributes:
        queues: Runs that are due, by the work queue that they wait in.
        late: Runs that are marked as late.
        background: Background task runs that are due.
        slots: Slots of concurrency limits that are active.
    """

    queues: list[Waiting]
    late: Waiting
    background: Waiting
    slots: list[Slots]


def measure(moment: datetime) -> Transaction[Measures]:
    """Return what waits and what is taken at a moment."""
    due = timestamp_text(moment)
    queues = yield Statement(
        "SELECT work_pool.name AS pool, work_queue.name AS place, count(*) AS n, "
        "min(flow_run.next_scheduled_start_time) AS since FROM work_queue "
        "JOIN work_pool ON work_pool.id = work_queue.work_pool_id "
        "JOIN flow_run ON flow_run.work_queue_id = work_queue.id "
        "WHERE flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_start_time <= ? "
        "GROUP BY work_pool.name, work_queue.name ORDER BY work_pool.name, work_queue.name",
        (due,),
    )
    late = yield Statement(
        "SELECT 'late' AS place, count(*) AS n, min(expected_start_time) AS since FROM flow_run "
        "WHERE state_name = 'Late' AND state_type = 'SCHEDULED'"
    )
    background = yield Statement(
        "SELECT 'background' AS place, count(*) AS n, min(scheduled_time) AS since FROM background_task_run "
        "WHERE scheduled_time <= ? AND (expires IS NULL OR expires < ?)",
        (due, due),
    )
    slots = yield Statement(
        "SELECT name, slot_limit, active_slots, "
        "(SELECT coalesce(sum(slots), 0) FROM concurrency_slot WHERE limit_id = concurrency_limit.id) AS held "
        "FROM concurrency_limit WHERE active = 1 ORDER BY name"
    )
    return Measures(
        [_waiting({**row, "place": f"{row['pool']}/{row['place']}"}, moment) for row in map(dict, queues)],
        _waiting(late[0], moment),
        _waiting(background[0], moment),
        [Slots(row["name"], row["active_slots"] + row["held"], row["slot_limit"]) for row in slots],
    )


def _waiting(row: Row, moment: datetime) -> Waiting:
    since = row["since"]
    seconds = 0.0 if since is None else (moment - datetime.fromisoformat(since)).total_seconds()
    return Waiting(row["place"], row["n"], max(0.0, seconds))
