"""Facts about what goes on inside a flow run: which of its task runs wait, for slots or for others, or went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prefect.orchestration.explaining.situations import SlotWait, TaskWait
from prefect.schemas.explanations import RelatedObject
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.run_inputs import RunType
from prefect.store.columns import json_value, timestamp_text
from prefect.store.explained_places import limits_by, rows_by_id
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tag_limits import PREFIX

_FEW = 20
"""How many task runs that wait are looked at: one tells as much as a thousand."""

_LONGEST = 500
"""How many characters of an error are told."""

_OVER = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


@dataclass(frozen=True)
class Waits:
    """Who waits in a flow run: for slots, and for other runs."""

    slots: tuple[SlotWait, ...] = ()
    tasks: tuple[TaskWait, ...] = ()


def waits_in(run: FlowRun, moment: datetime) -> Transaction[Waits]:
    """Return who waits in a flow run that is running."""
    pending = yield Statement(
        "SELECT * FROM task_run WHERE flow_run_id = ? AND state_type IN ('PENDING', 'SCHEDULED') "
        f"ORDER BY expected_start_time, id LIMIT {_FEW}",
        (str(run.id),),
    )
    tasks = yield from _upstream_of(pending)
    waiting = {wait.who.id for wait in tasks}
    slots = yield from _queued(run, moment)
    told = {wait.who.id for wait in slots}
    ready = [row for row in pending if row["id"] not in waiting | told]
    slots += yield from _limited_by_tags(ready, moment)
    return Waits(tuple(slots), tuple(tasks))


def wait_of_subflow(run: FlowRun) -> Transaction[tuple[TaskWait, ...]]:
    """Return what a subflow run that has not begun waits for: what the task run that stands for it takes as input."""
    rows = yield Statement("SELECT * FROM task_run WHERE id = ?", (str(run.parent_task_run_id),))
    return tuple((yield from _upstream_of(rows)))


def failed_tasks(run: FlowRun) -> Transaction[tuple[RelatedObject, ...]]:
    """Return the first task runs of a flow run that ended badly."""
    rows = yield Statement(
        "SELECT id, name FROM task_run WHERE flow_run_id = ? AND state_type IN ('FAILED', 'CRASHED') "
        "ORDER BY end_time NULLS LAST, id LIMIT 3",
        (str(run.id),),
    )
    return tuple(_task(row) for row in rows)


def last_error(run: FlowRun) -> Transaction[str | None]:
    """Return the last error that a flow run itself logged: what its traceback ends with, and what was said before."""
    rows = yield Statement(
        "SELECT message FROM log WHERE flow_run_id = ? AND task_run_id IS NULL AND level >= 40 "
        "ORDER BY timestamp DESC, id DESC LIMIT 1",
        (str(run.id),),
    )
    lines = [line.strip() for row in rows for line in row["message"].splitlines() if line.strip()]
    return " … ".join(dict.fromkeys([lines[0], lines[-1]]))[:_LONGEST] if lines else None


def _queued(run: FlowRun, moment: datetime) -> Transaction[list[SlotWait]]:
    """Return who stands in the queue for slots."""
    tickets = yield Statement(
        "SELECT ticket.limit_id AS limit_id, ticket.created AS created, ticket.holder_type AS holder_type, "
        "ticket.holder_id AS holder_id, task_run.name AS name FROM concurrency_ticket AS ticket "
        "LEFT JOIN task_run ON task_run.id = ticket.holder_id "
        "WHERE ticket.expires_at > ? AND (ticket.holder_id = ? OR task_run.flow_run_id = ?) ORDER BY ticket.number",
        (timestamp_text(moment), str(run.id), str(run.id)),
    )
    limits = yield from limits_by("id", {row["limit_id"] for row in tickets}, moment)
    return [
        SlotWait(
            RelatedObject(kind=row["holder_type"], id=row["holder_id"], name=row["name"] or run.name),
            limits[row["limit_id"]],
            _time(row["created"]),
        )
        for row in tickets
        if row["limit_id"] in limits
    ]


def _limited_by_tags(rows: Iterable[Row], moment: datetime) -> Transaction[list[SlotWait]]:
    """Return which task runs would find no slot of their tags: clients that ask again and again stand in no queue."""
    tags = {row["id"]: json_value(row["tags"] or "[]") for row in rows}
    limits = yield from limits_by("name", {PREFIX + tag for each in tags.values() for tag in each}, moment)
    return [
        SlotWait(_task(row), limit, _time(row["updated"]))
        for row in rows
        for tag in tags[row["id"]]
        if (limit := limits.get(PREFIX + tag)) is not None and limit.is_full
    ]


def _upstream_of(rows: Iterable[Row]) -> Transaction[list[TaskWait]]:
    """Return which task runs wait for others, and for which."""
    sources = {row["id"]: list(_sources(row["task_inputs"])) for row in rows}
    known: dict[str, Row] = {}
    for kind in RunType:
        ids = [id for each in sources.values() for of, id in each if of == kind.value]
        known |= yield from rows_by_id(
            f"SELECT id, name, state_type, state_name, '{kind.value}' AS kind FROM {kind.value} WHERE id IN ({{}})",
            ids,
        )
    waits: list[TaskWait] = []
    for row in rows:
        others = [known[id] for _, id in sources[row["id"]] if id in known]
        open_ = [each for each in others if each["state_type"] not in _OVER]
        if open_:
            upstream = [
                (RelatedObject(kind=each["kind"], id=each["id"], name=each["name"]), each["state_name"] or "")
                for each in open_
            ]
            waits.append(TaskWait(_task(row), _time(row["created"]), tuple(upstream)))
    return waits


def _sources(task_inputs: str | None) -> Iterable[tuple[str, str]]:
    inputs: dict[str, list[dict[str, Any]]] = json_value(task_inputs) if task_inputs else {}
    for each in inputs.values():
        for source in each:
            if source.get("id"):
                yield source["input_type"], source["id"]


def _task(row: Row) -> RelatedObject:
    return RelatedObject(kind="task_run", id=row["id"], name=row["name"])


def _time(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)
