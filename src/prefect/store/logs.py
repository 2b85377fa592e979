"""Lines of the runs' logs: written behind in batches, read in the order of their time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from prefect.schemas.logs import Log
from prefect.store.statements import Batch, Row, Statement, Transaction
from prefect.store.tables import LOG

_INSERT = LOG.insert


def record_logs(logs: Iterable[Mapping[str, Any]]) -> Transaction[None]:
    """Store log lines, given as field values. Storing the same line again changes nothing."""
    yield Batch(_INSERT, [LOG.encode(values) for values in logs], LOG.group)


def list_logs(
    *,
    flow_run_id: UUID | None = None,
    task_run_id: UUID | None = None,
    minimum_level: int = 0,
    newest_first: bool = False,
    limit: int,
    offset: int = 0,
) -> Transaction[list[Log]]:
    """Return log lines in the order of their time.

    Args:
        flow_run_id: Only lines of this flow run and its task runs.
        task_run_id: Only lines of this task run.
        minimum_level: Only lines of at least this level, as numbered by `logging`.
        newest_first: Begin with the last line.
        limit: How many at most.
        offset: How many to pass over.
    """
    where, parameters = _filter(flow_run_id, task_run_id, minimum_level)
    order = "DESC" if newest_first else "ASC"
    rows = yield Statement(
        f"SELECT * FROM log {where}ORDER BY timestamp {order}, id {order} LIMIT ? OFFSET ?",
        (*parameters, limit, offset),
    )
    return [_log(row) for row in rows]


def _log(row: Row) -> Log:
    """Return a line; it is stored once and never changes, so its own time serves for all."""
    values = LOG.decode(row)
    return Log.model_validate({**values, "created": values["timestamp"], "updated": values["timestamp"]})


def count_logs(
    *, flow_run_id: UUID | None = None, task_run_id: UUID | None = None, minimum_level: int = 0
) -> Transaction[int]:
    """Return how many log lines there are; the filters are those of `list_logs`."""
    where, parameters = _filter(flow_run_id, task_run_id, minimum_level)
    rows = yield Statement(f"SELECT count(*) AS lines FROM log {where}", parameters)
    return rows[0]["lines"]


def _filter(flow_run_id: UUID | None, task_run_id: UUID | None, minimum_level: int) -> tuple[str, list[Any]]:
    conditions = ["level >= ?"]
    parameters: list[Any] = [minimum_level]
    if flow_run_id is not None:
        conditions.append("flow_run_id = ?")
        parameters.append(str(flow_run_id))
    if task_run_id is not None:
        conditions.append("task_run_id = ?")
        parameters.append(str(task_run_id))
    return f"WHERE {' AND '.join(conditions)} ", parameters
