"""Why the queues of a work pool are stuck: what is due in each, and why the run that has waited longest waits."""

from __future__ import annotations

from uuid import UUID

from prefect._clock import now
from prefect.schemas.queue_waits import QueueWait
from prefect.store.columns import timestamp_text
from prefect.store.explanations import explain_flow_runs
from prefect.store.operations import operation
from prefect.store.slots_of_pools import taken_in_queues
from prefect.store.statements import Statement, Transaction
from prefect.store.work_pools import found_pool

MOST_QUEUES = 200
"""How many queues are told of at most: those first whose runs wait longest."""


@operation("GET", "/ui/work_pools/{name}/waits", reads=True)
def read_work_pool_waits(name: str) -> Transaction[list[QueueWait]]:
    """Return what each queue of a work pool holds: what is in progress, what waits although it is due, and why.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    pool = yield from found_pool(name)
    moment = timestamp_text(now())
    due = "flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_start_time <= ?"
    rows = yield Statement(
        "SELECT work_queue.id AS work_queue_id, count(flow_run.id) AS waiting, "
        "min(flow_run.next_scheduled_start_time) AS oldest_due, "
        "sum(CASE WHEN flow_run.state_name = 'Late' THEN 1 ELSE 0 END) AS late FROM work_queue "
        f"LEFT JOIN flow_run ON flow_run.work_queue_id = work_queue.id AND {due} "
        f"WHERE work_queue.work_pool_id = ? GROUP BY work_queue.id "
        f"ORDER BY oldest_due NULLS LAST, work_queue.id LIMIT {MOST_QUEUES}",
        (moment, pool["id"]),
    )
    taken = yield from taken_in_queues([row["work_queue_id"] for row in rows])
    oldest: dict[str, UUID] = {}
    for queue_id in (row["work_queue_id"] for row in rows if row["waiting"]):
        found = yield Statement(
            f"SELECT flow_run.id AS id FROM flow_run WHERE flow_run.work_queue_id = ? AND {due} "
            "ORDER BY flow_run.next_scheduled_start_time, flow_run.id LIMIT 1",
            (queue_id, moment),
        )
        if found:
            oldest[queue_id] = UUID(found[0]["id"])
    explanations = {each.flow_run_id: each for each in (yield from explain_flow_runs(list(oldest.values())))}
    return [
        QueueWait.model_validate(
            {
                **dict(row),
                "in_progress": taken[row["work_queue_id"]],
                "explanation": explanations.get(oldest.get(row["work_queue_id"], UUID(int=0))),
            }
        )
        for row in rows
    ]
