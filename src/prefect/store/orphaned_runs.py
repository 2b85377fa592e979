"""Flow runs whose process has ended without a word, seen by who looks on the same machine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._processes import ProcessIdentity
from prefect.store.columns import json_value
from prefect.store.flow_runs import find_flow_run
from prefect.store.lost_runs import end_lost_run
from prefect.store.statements import Row, Statement, Transaction

_EXECUTED = (
    "state_type IN ('RUNNING', 'CANCELLING')",
    "state_type = 'PENDING' AND state_name <> 'NotReady'",
    "state_type = 'SCHEDULED' AND state_name = 'AwaitingRetry'",
)
WHY = "The process of the run ended without a word."


def orphaned_flow_runs() -> Transaction[list[UUID]]:
    """Return the flow runs that a process of this machine executed which is gone; those of deployments have claims."""
    rows: list[Row] = []
    for condition in _EXECUTED:
        rows += yield Statement(
            f"SELECT id, {{json_text(context, process)}} AS process FROM flow_run WHERE {condition} "
            "AND deployment_id IS NULL"
        )
    return [UUID(row["id"]) for row in rows if row["process"] and _is_gone(json_value(row["process"]))]


def end_orphaned_flow_runs(ids: list[UUID]) -> Transaction[None]:
    """Let flow runs end whose process is gone: they have crashed, or are cancelled if that was under way."""
    for id_ in ids:
        run = yield from find_flow_run(id_)
        if run is not None and _is_gone(run.context.get("process")):  # it may have been started anew
            yield from end_lost_run(run, WHY)


def _is_gone(process: Any) -> bool:
    return process is not None and ProcessIdentity(*process).is_gone()
