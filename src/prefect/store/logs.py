"""Lines of the runs' logs: written behind in batches, read in the order of their time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from prefect.schemas.logs import Log
from prefect.store.statements import Batch, Statement, Transaction
from prefect.store.tables import LOG


def record_logs(logs: Iterable[Mapping[str, Any]]) -> Transaction[None]:
    """Store log lines, given as field values. Storing the same line again changes nothing."""
    yield Batch(LOG.insert, [LOG.encode(values) for values in logs])


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
    conditions = ["level >= ?"]
    parameters: list[Any] = [minimum_level]
    if flow_run_id is not None:
        conditions.append("flow_run_id = ?")
        parameters.append(str(flow_run_id))
    if task_run_id is not None:
        conditions.append("task_run_id = ?")
        parameters.append(str(task_run_id))
    order = "DESC" if newest_first else "ASC"
    rows = yield Statement(
        f"SELECT * FROM log WHERE {' AND '.join(conditions)} ORDER BY timestamp {order}, id {order} LIMIT ? OFFSET ?",
        (*parameters, limit, offset),
    )
    return [Log.model_validate(LOG.decode(row)) for row in rows]
