"""Resuming a paused flow run: its input is checked and kept, and its next state decided on, in one transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from prefect._clock import now
from prefect._ids import uuid7
from prefect._json_schema import explain_misfit
from prefect.orchestration.decisions import Abort, Reject
from prefect.orchestration.resume import resume, waits_for_input
from prefect.schemas.orchestration import (
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateRejectDetails,
)
from prefect.store.columns import json_text
from prefect.store.flow_run_states import propose_flow_run_state, when_entered
from prefect.store.flow_runs import read_flow_run
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.inputs import FLOW_RUN_INPUT


@operation("POST", "/flow_runs/{id}/resume", status=201, dated=when_entered)
def resume_flow_run(id: UUID, run_input: dict[str, Any] | None = None) -> Transaction[OrchestrationResult]:
    """Let a paused flow run go on.

    Args:
        id: The flow run.
        run_input: What the run waits for, if it waits for input; checked by the schema that the run has stored.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    run = yield from read_flow_run(id)
    moment, keyset, problem = now(), None, None
    if run.state is not None and waits_for_input(run.state):
        keyset = run.state.state_details.run_input_keyset
        problem = yield from _problem_of(id, keyset or {}, run_input or {})
    proposed = resume(run.state, moment, problem)
    if isinstance(proposed, Abort):
        return OrchestrationResult(
            state=None, status=SetStateStatus.ABORT, details=StateAbortDetails(reason=proposed.reason)
        )
    if isinstance(proposed, Reject):
        # What was given is the reason that people look for; that the run stays paused goes without saying.
        details = StateRejectDetails(reason=problem or proposed.reason)
        return OrchestrationResult(state=run.state, status=SetStateStatus.REJECT, details=details)
    answer = yield from propose_flow_run_state(id, proposed)
    if keyset and answer.status == SetStateStatus.ACCEPT:
        yield from _keep(id, keyset["response"], run_input or {})
    return answer


def _problem_of(
    flow_run_id: UUID, keyset: dict[str, str], run_input: dict[str, Any]
) -> Transaction[str | None]:
    """Return what is wrong with an input, by the schema that the paused run has stored."""
    rows = yield Statement(
        "SELECT value FROM flow_run_input WHERE flow_run_id = ? AND key = ?",
        (str(flow_run_id), keyset.get("schema")),
    )
    if not rows:
        return "The run waits for input but has not stored what input it takes. Try again in a moment."
    return explain_misfit(run_input, orjson.loads(rows[0]["value"]))


def _keep(flow_run_id: UUID, key: str, run_input: dict[str, Any]) -> Transaction[None]:
    """Keep the input where the run looks for it; a run that is retried may wait for it a second time."""
    moment = now()
    yield Statement("DELETE FROM flow_run_input WHERE flow_run_id = ? AND key = ?", (str(flow_run_id), key))
    values = {
        "id": uuid7(),
        "created": moment,
        "updated": moment,
        "flow_run_id": flow_run_id,
        "key": key,
        "value": json_text(run_input),
    }
    yield Statement(FLOW_RUN_INPUT.insert, FLOW_RUN_INPUT.encode(values))
