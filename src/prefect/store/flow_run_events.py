"""What is told when a flow run enters a state: the event `prefect.flow-run.NAME`, stored along with the state.

The event has the id of the state, and follows the event of the state before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import prefect
from prefect._ids import uuid7
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State
from prefect.store.columns import json_value
from prefect.store.event_rows import EventRow, insert_events
from prefect.store.statements import Statement, Transaction

HEARTBEAT = "prefect.flow-run.heartbeat"
"""The event by which it is told that the process of a flow run lives."""

LONGEST_MESSAGE = 100_000
"""How many characters of a state's message are told."""

_ID, _NAME, _ROLE = "prefect.resource.id", "prefect.resource.name", "prefect.resource.role"


def tell_flow_run_state(run: FlowRun, before: State[Any] | None, state: State[Any]) -> Transaction[None]:
    """Store the event of a state that a flow run has entered.

    Args:
        run: The flow run as it is now.
        before: The state that it has left, if it was in one.
        state: The state that it has entered.
    """
    yield from insert_events([_event(run, before, state, (yield from _related(run)))])


def tell_first_states(runs: Sequence[FlowRun]) -> Transaction[None]:
    """Store the events of the states of new flow runs that belong to the same, of one schedule for example."""
    if runs:
        related = yield from _related(runs[0])
        yield from insert_events(
            [_event(run, None, run.state, related) for run in runs if run.state is not None]
        )


def tell_heartbeat(run: FlowRun, moment: datetime) -> Transaction[None]:
    """Store the event that the process of a flow run was heard of."""
    resource = {_ID: f"prefect.flow-run.{run.id}", _NAME: run.name, "prefect.version": prefect.__version__}
    yield from insert_events([EventRow(uuid7(), moment, HEARTBEAT, resource, (yield from _related(run)))])


def _event(
    run: FlowRun, before: State[Any] | None, state: State[Any], related: list[dict[str, str]]
) -> EventRow:
    name = state.name or ""
    return EventRow(
        id=state.id,
        occurred=state.timestamp,
        event=f"prefect.flow-run.{name}",
        resource={
            _ID: f"prefect.flow-run.{run.id}",
            _NAME: run.name,
            "prefect.run-count": str(run.run_count),
            "prefect.state-message": (state.message or "")[:LONGEST_MESSAGE],
            "prefect.state-name": name,
            "prefect.state-timestamp": state.timestamp.isoformat(),
            "prefect.state-type": state.type.value,
        },
        related=related,
        payload={
            "intended": {
                "from": None if before is None else before.type.value,
                "to": state.type.value,
            },
            "initial_state": None if before is None else _told(before),
            "validated_state": _told(state),
        },
        follows=None if before is None else before.id,
    )


def _told(state: State[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"type": state.type.value, "name": state.name}
    if state.message:
        told["message"] = state.message[:LONGEST_MESSAGE]
    if state.state_details.pause_reschedule:
        told["pause_reschedule"] = "true"
    return told


def _related(run: FlowRun) -> Transaction[list[dict[str, str]]]:
    """Return what had a part in it: the flow, and what the run belongs to where it belongs to something."""
    related: list[dict[str, str]] = []
    tags = set(run.tags)
    for kind, id in (("flow", run.flow_id), ("deployment", run.deployment_id)):
        if id is not None:
            for row in (yield Statement(f"SELECT name, tags FROM {kind} WHERE id = ?", (str(id),))):
                related.append(_labels(kind, id, row["name"]))
                tags.update(json_value(row["tags"] or "[]"))
    if run.parent_task_run_id is not None:
        rows = yield Statement("SELECT name FROM task_run WHERE id = ?", (str(run.parent_task_run_id),))
        related += [_labels("task-run", run.parent_task_run_id, row["name"]) for row in rows]
    if run.work_queue_id is not None:
        related += yield from _queue_and_pool(str(run.work_queue_id))
    related += [{_ID: f"prefect.tag.{tag}", _ROLE: "tag"} for tag in sorted(tags)]
    creator = run.created_by
    if creator is not None and creator.id is not None and creator.type is not None:
        labels = {_ID: f"prefect.{creator.type.lower()}.{creator.id}", _ROLE: "creator"}
        related.append(labels | ({_NAME: creator.display_value} if creator.display_value else {}))
    return related


def _queue_and_pool(queue_id: str) -> Transaction[list[dict[str, str]]]:
    rows = yield Statement(
        "SELECT work_queue.name AS queue, work_pool.id AS pool_id, work_pool.name AS pool, work_pool.type AS type "
        "FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id WHERE work_queue.id = ?",
        (queue_id,),
    )
    related: list[dict[str, str]] = []
    for row in rows:
        related.append(_labels("work-queue", queue_id, row["queue"]))
        related.append(
            _labels("work-pool", row["pool_id"], row["pool"]) | {"prefect.work-pool.type": row["type"]}
        )
    return related


def _labels(kind: str, id: object, name: str) -> dict[str, str]:
    return {_ID: f"prefect.{kind}.{id}", _ROLE: kind, _NAME: name}
