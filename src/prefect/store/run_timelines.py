"""When the parts of a flow run ran: what a page draws of very many task runs, in one answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from prefect.schemas.run_timelines import RunTimeline
from prefect.store.columns import timestamp_text
from prefect.store.flow_runs import read_flow_run
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction

MOST_TASK_RUNS = 100_000
"""How many task runs a timeline shows at most; of more, the first that were expected."""

_OVERLAP = timedelta(seconds=2)
"""How far back changes are looked for again: what is written at the same time may be told a moment later."""


@operation("GET", "/ui/flow_runs/{id}/timeline", reads=True)
def read_flow_run_timeline(id: UUID, since: datetime | None = None) -> Transaction[RunTimeline]:
    """Return when the task runs of a flow run ran.

    Args:
        id: The flow run.
        since: Only task runs that have changed after this time: the `cursor` of an earlier answer.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    yield from read_flow_run(id)
    after = timestamp_text(since - _OVERLAP) if since else ""
    # A run that its own process records, without a server, has only the times of its states.
    changed = (
        "coalesce(task_run.updated, task_run.end_time, task_run.start_time, task_run.expected_start_time)"
    )
    rows = yield Statement(
        "SELECT task_run.id AS id, task_run.name AS name, task_run.state_type AS state_type, "
        "task_run.state_name AS state_name, task_run.start_time AS start_time, task_run.end_time AS end_time, "
        f"task_run.expected_start_time AS expected, {changed} AS changed, subflow.id AS subflow_id "
        "FROM task_run LEFT JOIN flow_run AS subflow ON subflow.parent_task_run_id = task_run.id "
        f"WHERE task_run.flow_run_id = ? AND {changed} >= CAST(? AS TEXT) "
        "ORDER BY task_run.expected_start_time, task_run.id LIMIT ?",
        (str(id), after, MOST_TASK_RUNS),
    )
    return RunTimeline.model_construct(
        ids=[row["id"] for row in rows],
        names=[row["name"] for row in rows],
        state_types=[row["state_type"] for row in rows],
        state_names=[row["state_name"] for row in rows],
        starts=[_milliseconds(row["start_time"]) for row in rows],
        ends=[_milliseconds(row["end_time"]) for row in rows],
        expected=[_milliseconds(row["expected"]) for row in rows],
        subflow_run_ids=[row["subflow_id"] for row in rows],
        cursor=max((row["changed"] for row in rows), default=None),
    )


def _milliseconds(stored: str | None) -> int | None:
    return None if stored is None else int(datetime.fromisoformat(stored).timestamp() * 1000)
