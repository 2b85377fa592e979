"""Which run the code of this context belongs to, as far as its log lines are concerned.

The engine sets it; everything else in this room only reads it. So logging knows nothing of engines and backends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

RecordLog: TypeAlias = Callable[[str, int, str, datetime, UUID | None, UUID | None], None]
"""Records a line: logger's name, level, message, time (UTC), flow run id, task run id."""

UNKNOWN = "<unknown>"
"""What a line says for the name of something that it does not know."""


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

    def fields(self) -> dict[str, Any]:
        """Return what each line of the run carries, for handlers and formatters of any kind."""
        fields: dict[str, Any] = {
            "run_scope": self,
            "flow_run_id": str(self.flow_run_id) if self.flow_run_id else UNKNOWN,
            "flow_run_name": self.flow_run_name or UNKNOWN,
            "flow_name": self.flow_name or UNKNOWN,
        }
        if self.task_run_id is not None:
            fields["task_run_id"] = str(self.task_run_id)
            fields["task_run_name"] = self.task_run_name
            fields["task_name"] = self.task_name or UNKNOWN
        return fields


current_scope: ContextVar[RunScope | None] = ContextVar("run_scope", default=None)
"""The scope of the present context; None outside of any run."""


def scope_of(record: logging.LogRecord) -> RunScope | None:
    """Return the run a line belongs to: what its logger says, or else the run in whose context it was written."""
    scope = getattr(record, "run_scope", None)
    return scope if scope is not None else current_scope.get()
