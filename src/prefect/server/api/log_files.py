"""Log lines as a file of comma-separated values, read and sent piece by piece."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import AsyncIterator, Iterable
from urllib.parse import quote
from uuid import UUID

from prefect.schemas.log_filters import LogFilter, LogFilterFlowRunId
from prefect.schemas.logs import Log
from prefect.server.api.messages import Answer
from prefect.server.api.surroundings import Surroundings
from prefect.store.flow_runs import read_flow_run
from prefect.store.logs import lines_meant

_AT_ONCE = 1000
_COLUMNS = ("timestamp", "level", "flow_run_id", "task_run_id", "message")


async def download_logs(here: Surroundings, id: UUID) -> Answer:
    """Return the log lines of a flow run as a file."""
    run = await here.read(functools.partial(read_flow_run, id))
    return _file(here, LogFilter(flow_run_id=LogFilterFlowRunId(any_=[id])), f"{run.name}-logs.csv")


async def download_meant_logs(here: Surroundings, logs: LogFilter | None = None) -> Answer:
    """Return the log lines that a filter means as a file: what a page shows of them, whole."""
    return _file(here, logs, "logs.csv")


def _file(here: Surroundings, logs: LogFilter | None, name: str) -> Answer:
    disposition = f"attachment; filename=\"flow-run-logs.csv\"; filename*=UTF-8''{quote(name, safe='')}"
    return Answer(
        200,
        content_type=b"text/csv; charset=utf-8",
        headers=[(b"content-disposition", disposition.encode("latin-1"))],
        stream=_pieces(here, logs),
    )


async def _pieces(here: Surroundings, logs: LogFilter | None) -> AsyncIterator[bytes]:
    yield _csv([_COLUMNS])
    lines: list[Log] = []
    while True:
        after = (lines[-1].timestamp, lines[-1].id) if lines else None
        lines = await here.read(functools.partial(lines_meant, logs, after, _AT_ONCE))
        if not lines:
            return
        yield _csv(
            [(line.timestamp, line.level, line.flow_run_id, line.task_run_id, line.message) for line in lines]
        )


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
