"""Runs as people name them: by their name, or by the beginning of their id."""

from __future__ import annotations

from prefect._clock import now
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.task_runs import TaskRun
from prefect.store.operations import operation
from prefect.store.run_records import flow_runs_of, runs_with_states, task_runs_of
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import FLOW_RUN, TASK_RUN, Table

_AFTER_ALL_DIGITS = "~"
"""A character that comes after all those of ids."""


@operation("POST", "/flow_runs/find", reads=True)
def find_flow_runs(text: str, limit: int = 10) -> Transaction[list[FlowRun]]:
    """Return flow runs whose id begins with `text` or whose name is `text`, the one expected last first.

    Args:
        text: The name, or the beginning of an id.
        limit: How many at most.
    """
    return flow_runs_of((yield _finding(FLOW_RUN, text, limit)), now())


@operation("POST", "/task_runs/find", reads=True)
def find_task_runs(text: str, limit: int = 10) -> Transaction[list[TaskRun]]:
    """Return task runs whose id begins with `text` or whose name is `text`, the one expected last first.

    Args:
        text: The name, or the beginning of an id.
        limit: How many at most.
    """
    return task_runs_of((yield _finding(TASK_RUN, text, limit)), now())


def _finding(runs: Table, text: str, limit: int) -> Statement:
    name = runs.name
    return Statement(
        runs_with_states(
            runs,
            f"WHERE ({name}.id >= ? AND {name}.id < ?) OR {name}.name = ? "
            f"ORDER BY {name}.expected_start_time DESC, {name}.id DESC LIMIT ?",
        ),
        (text.lower(), text.lower() + _AFTER_ALL_DIGITS, text, limit),
    )
