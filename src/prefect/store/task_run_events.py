"""Task runs of flows elsewhere, recorded from the events by which their clients tell of their states.

Events come in batches, some of them twice, some too late. Each makes a state of its own, whose id is that of the event;
the task run is as its newest state says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError

from prefect._clock import now
from prefect.schemas.events import Event
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.store.columns import timestamp_text
from prefect.store.statements import Batch, Statement, Transaction
from prefect.store.states import state_row
from prefect.store.tables import TASK_RUN, TASK_RUN_STATE

PREFIX = "prefect.task-run."
"""What the names of the events and the ids of their resources begin with."""

_AT_ONCE = 200
"""How many task runs are looked up by one statement."""

_STATE = State[Any]
_ROLE, _ID = "prefect.resource.role", "prefect.resource.id"
_FLOW_RUN = "prefect.flow-run."
_OWN = frozenset({"id", "created", "updated", "flow_run_id", "state", "state_id", "state_type", "state_name"})
"""What the event says elsewhere, or the store itself."""


class TaskRunTold(NamedTuple):
    """A task run as an event tells of it, in the state that it has entered."""

    run: TaskRun
    state: State[Any]

    @property
    def order(self) -> tuple[str, str]:
        """What comes later has more of it: the time of the state, and its id."""
        return timestamp_text(self.state.timestamp), str(self.state.id)


def concerns_task_run(event: Event) -> bool:
    """Whether a task run is to be recorded from an event: its client has orchestrated it, and tells of a state."""
    return event.event.startswith(PREFIX) and event.resource.root.get("prefect.orchestration") == "client"


def record_task_run_events(events: Iterable[Event]) -> Transaction[list[UUID]]:
    """Record task runs and their states. Recording the same events again, or in another order, changes nothing.

    Args:
        events: Events of any kind; those that do not concern task runs are passed over.

    Returns:
        The ids of events that say nothing sensible, and from which nothing was recorded.
    """
    refused: list[UUID] = []
    told: list[TaskRunTold] = []
    for event in events:
        if not concerns_task_run(event):
            continue
        try:
            told.append(_told_by(event))
        except (ValidationError, ValueError, TypeError, AttributeError):
            refused.append(event.id)
    if told:
        yield from record_told_task_runs(told)
    return refused


def record_told_task_runs(told: Sequence[TaskRunTold]) -> Transaction[None]:
    """Record what events told of task runs."""
    newest: dict[UUID, TaskRunTold] = {}
    for each in told:
        known = newest.get(each.run.id)
        if known is None or each.order > known.order:
            newest[each.run.id] = each
    stored = yield from _orders_of([str(id) for id in newest])
    rows = [
        TASK_RUN.encode(vars(each.run))
        for id, each in newest.items()
        if each.order > stored.get(str(id), ("", ""))
    ]
    yield Batch(TASK_RUN.upsert, rows, TASK_RUN.group)
    states = [state_row(TASK_RUN_STATE, each.run.id, each.state) for each in told]
    yield Batch(TASK_RUN_STATE.insert, states, TASK_RUN_STATE.group)


def _orders_of(ids: Sequence[str]) -> Transaction[dict[str, tuple[str, str]]]:
    """Return the time and the id of the present state of each of these task runs that is stored."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = yield Statement(
            "SELECT task_run.id AS id, state.timestamp AS timestamp, state.id AS state_id FROM task_run "
            "LEFT JOIN task_run_state AS state ON state.task_run_id = task_run.id AND state.id = task_run.state_id "
            f"WHERE task_run.id IN ({', '.join('?' * len(some))})",
            some,
        )
        found.update((row["id"], (row["timestamp"] or "", row["state_id"] or "")) for row in rows)
    return found


def _told_by(event: Event) -> TaskRunTold:
    """Return what an event tells of a task run.

    Raises:
        ValueError: It does not tell which task run that is, or of what kind the state is.
    """
    run_id = UUID(event.resource.id.removeprefix(PREFIX))
    flow_run_id = _flow_run_of(event)
    said: dict[str, Any] = event.payload.get("validated_state", {})
    told: dict[str, Any] = said.get("state_details") or {}
    details = {**told, "task_run_id": run_id, "flow_run_id": flow_run_id}
    state = _STATE.model_validate(
        {**said, "id": event.id, "timestamp": event.occurred, "state_details": details}
    )
    moment = now()
    given = {name: value for name, value in event.payload.get("task_run", {}).items() if name not in _OWN}
    run = TaskRun.model_validate(
        {
            **given,
            "id": run_id,
            "created": moment,
            "updated": moment,
            "flow_run_id": flow_run_id,
            "state_id": state.id,
            "state_type": state.type,
            "state_name": state.name,
        }
    )
    return TaskRunTold(run, state)


def _flow_run_of(event: Event) -> UUID | None:
    for related in event.related:
        if related.root.get(_ROLE) == "flow-run":
            return UUID(related.root[_ID].removeprefix(_FLOW_RUN))
    return None
