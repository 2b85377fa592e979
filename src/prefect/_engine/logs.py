"""The log lines that the engine itself writes: at most four per flow run and one per task run at INFO."""

from __future__ import annotations

import logging
from typing import Any

from prefect.logging.run_scope import RunScope

_FLOW_RUNS = logging.getLogger("prefect.flow_runs")
_TASK_RUNS = logging.getLogger("prefect.task_runs")


def log(scope: RunScope, level: int, message: str, *args: Any, error: BaseException | None = None) -> None:
    """Write a line about a run; `error` adds its traceback."""
    logger = _FLOW_RUNS if scope.task_run_id is None else _TASK_RUNS
    if logger.isEnabledFor(level):
        trace = (type(error), error, error.__traceback__) if error is not None else None
        # Made by hand: looking for the line that called would cost more than all the rest, and tell nobody anything.
        record = logger.makeRecord(
            logger.name,
            level,
            __file__,
            0,
            message,
            args,
            trace,
            extra=scope.fields(),
        )
        logger.handle(record)
