"""Which run the code of this context belongs to, as far as its log lines are concerned.

The engine sets it; everything else in this room only reads it. So logging knows nothing of engines and backends.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

RecordLog: TypeAlias = Callable[[str, int, str, datetime, UUID | None, UUID | None], None]
"""Records a line: logger's name, level, message, time (UTC), flow run id, task run id."""


class RunScope(NamedTuple):
    """The run that log lines belong to."""

    record: RecordLog | None
    log_prints: bool
    flow_run_id: UUID | None
    flow_run_name: str | None
    flow_name: str | None
    task_run_id: UUID | None = None
    task_run_name: str | None = None
    task_name: str | None = None

    @property
    def logger_name(self) -> str:
        """The logger that lines of this run go through."""
        return "prefect.flow_runs" if self.task_run_id is None else "prefect.task_runs"

    @property
    def label(self) -> str:
        """The run's name for people."""
        if self.task_run_id is not None:
            return f"Task run {self.task_run_name!r}"
        return f"Flow run {self.flow_run_name!r}"


current_scope: ContextVar[RunScope | None] = ContextVar("run_scope", default=None)
"""The scope of the present context; None outside of any run."""
