"""When the parts of a flow run ran: what a page draws of very many task runs, in one answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from prefect.schemas.run_timelines import RunTimeline
from prefect.store.columns import timestamp_text
from prefect.store.flow_runs import read_flow_run
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction

MOST_TASK_RUNS = 100_000
"""How many task runs a timeline shows at most; of more, the first that were expected."""

_OVERLAP = timedelta(seconds=2)
"""How far back changes are looked for again: what is written at the same time may be told a moment later."""

# A run that its own process records, without a server, has only the times of its states.
_CHANGED = "coalesce(task_run.updated, task_run.end_time, task_run.start_time, task_run.expected_start_time)"


def _milliseconds(column: str) -> str:
    return f"CAST(round({{seconds(task_run.{column})}} * 1000) AS BIGINT)"


_COLUMNS = {
    "ids": "task_run.id",
    "names": "task_run.name",
    "state_types": "task_run.state_type",
    "state_names": "task_run.state_name",
    "starts": _milliseconds("start_time"),
    "ends": _milliseconds("end_time"),
    "expected": _milliseconds("expected_start_time"),
    "subflow_run_ids": "(SELECT subflow.id FROM flow_run AS subflow WHERE subflow.parent_task_run_id = task_run.id "
    "ORDER BY subflow.expected_start_time DESC, subflow.id DESC LIMIT 1)",
    "keys": "task_run.task_key",
}
# The database hands over whole columns: fifty thousand rows would each be waited for, see `store.gathering`.
_SELECT = (
    f"SELECT {', '.join(f'{{as_list({name})}} AS {name}' for name in _COLUMNS)}, max(changed) AS last_change "
    f"FROM (SELECT {', '.join(f'{sql} AS {name}' for name, sql in _COLUMNS.items())}, {_CHANGED} AS changed "
    f"FROM task_run WHERE task_run.flow_run_id = ? AND {_CHANGED} >= CAST(? AS TEXT) "
    "ORDER BY task_run.expected_start_time, task_run.id LIMIT ?) AS task_runs"
)


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
    (row,) = yield Statement(_SELECT, (str(id), after, MOST_TASK_RUNS))
    told: dict[str, Any] = {name: orjson.loads(row[name]) for name in _COLUMNS}
    places: dict[str, int] = {}
    told["tasks"] = [places.setdefault(key, len(places)) for key in told.pop("keys")]
    told["task_keys"] = list(places)
    told["cursor"] = row["last_change"]
    return RunTimeline.model_construct(None, **told)
