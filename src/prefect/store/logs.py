"""Lines of the runs' logs: written behind in batches, read in the order of their time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._ids import uuid7
from prefect.schemas.log_filters import LogFilter, LogFilterFlowRunId, LogSort
from prefect.schemas.logs import Log, LogCreate
from prefect.schemas.paging import Offset
from prefect.store.column_filters import on_column
from prefect.store.columns import timestamp_text
from prefect.store.conditions import Condition, together
from prefect.store.isolation import guarded_by_rows
from prefect.store.operations import operation
from prefect.store.row_json import logs_json
from prefect.store.run_records import logs_of
from prefect.store.statements import Batch, Statement, Transaction
from prefect.store.tables import LOG
from prefect.store.text_search import holding_words

_INSERT = LOG.insert
_DIRECTION = {LogSort.TIMESTAMP_ASC: "ASC", LogSort.TIMESTAMP_DESC: "DESC"}


def record_logs(logs: Iterable[Mapping[str, Any]]) -> Transaction[None]:
    """Store log lines, given as field values. Storing the same line again changes nothing."""
    yield Batch(_INSERT, [LOG.encode(values) for values in logs], LOG.group)


@operation("POST", "/logs/", status=201)
@guarded_by_rows
def create_logs(logs: list[LogCreate]) -> Transaction[None]:
    """Store log lines."""
    yield from record_logs([{**vars(line), "id": uuid7()} for line in logs])


@operation("POST", "/logs/filter", reads=True, json=logs_json)
def read_logs(
    logs: LogFilter | None = None,
    sort: LogSort = LogSort.TIMESTAMP_ASC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[Log]]:
    """Return the log lines that a filter means.

    Args:
        logs: Which ones; by default all.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    where, direction = _condition(logs), _DIRECTION[sort]
    rows = yield Statement(
        f"SELECT * FROM log WHERE {where.sql} ORDER BY timestamp {direction}, id {direction} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return logs_of(rows)


@operation("POST", "/logs/count", reads=True)
def count_logs(logs: LogFilter | None = None) -> Transaction[int]:
    """Return how many log lines a filter means."""
    where = _condition(logs)
    rows = yield Statement(f"SELECT count(*) AS n FROM log WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


def lines_meant(
    logs: LogFilter | None, after: tuple[datetime, UUID] | None = None, limit: int = 1000
) -> Transaction[list[Log]]:
    """Return lines that a filter means in the order of their time: for who reads them all, piece by piece.

    Args:
        logs: Which ones; None: all.
        after: The time and the id of the last line that was read before.
        limit: How many at most.
    """
    where = _condition(logs)
    begun, parameters = "", [*where.parameters]
    if after is not None:
        begun = "AND (timestamp, id) > (?, ?) "
        parameters += [timestamp_text(after[0]), str(after[1])]
    rows = yield Statement(
        f"SELECT * FROM log WHERE {where.sql} {begun}ORDER BY timestamp, id LIMIT ?", (*parameters, limit)
    )
    return logs_of(rows)


def lines_of_flow_run(
    flow_run_id: UUID, after: tuple[datetime, UUID] | None = None, limit: int = 1000
) -> Transaction[list[Log]]:
    """Return lines of a flow run and its task runs; see `lines_meant`."""
    meant = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[flow_run_id]))
    return (yield from lines_meant(meant, after, limit))


def _condition(wanted: LogFilter | None) -> Condition:
    if wanted is None:
        return together([])
    conditions = [
        *on_column("log.level", wanted.level),
        *on_column("log.timestamp", wanted.timestamp),
        *on_column("log.flow_run_id", wanted.flow_run_id),
        *on_column("log.task_run_id", wanted.task_run_id),
    ]
    if wanted.text is not None:
        conditions.append(holding_words("(log.message || ' ' || log.name)", wanted.text.query))
    return together(conditions, wanted.operator)
