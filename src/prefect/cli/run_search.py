"""Which run is meant: by its id, by a prefix of it that only one run has, or by its name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from prefect._clock import now
from prefect.cli.durations import relative_time
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert

if TYPE_CHECKING:
    from prefect.backend.protocol import Reader
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun

Run = TypeVar("Run", "FlowRun", "TaskRun")

_CANDIDATES = 10


def find_flow_run(records: Reader, text: str) -> FlowRun:
    """Return the one flow run that `text` names.

    Raises:
        CommandFailed: There is none, or there are several.
    """
    exact = as_id(text)
    found = (
        _listed(records.read_flow_run(exact))
        if exact
        else records.find_flow_runs(text, limit=_CANDIDATES + 1)
    )
    return _only("flow run", text, found, lambda: records.list_flow_runs(limit=200))


def find_task_run(records: Reader, text: str) -> TaskRun:
    """Return the one task run that `text` names.

    Raises:
        CommandFailed: There is none, or there are several.
    """
    exact = as_id(text)
    found = (
        _listed(records.read_task_run(exact))
        if exact
        else records.find_task_runs(text, limit=_CANDIDATES + 1)
    )
    return _only("task run", text, found, lambda: records.list_task_runs(limit=200))


def as_id(text: str) -> UUID | None:
    """Return the id that a text is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _listed(run: Run | None) -> list[Run]:
    return [] if run is None else [run]


def _only(noun: str, text: str, found: Sequence[Run], recent: Callable[[], Sequence[Run]]) -> Run:
    if not text.strip():
        raise CommandFailed(f"Name a {noun} by its id, a prefix of its id, or its name.")
    if len(found) == 1:
        return found[0]
    command = f"prefect {noun.replace(' ', '-')} ls"
    if not found:
        near = difflib.get_close_matches(text, {run.name for run in recent()}, n=3, cutoff=0.7)
        advice = f"Did you mean {' or '.join(sorted(near))}? " if near else ""
        raise CommandFailed(f"There is no {noun} {text!r}.\n{advice}`{command}` lists the newest.")
    width = max(len(inert(run.name)) for run in found)
    lines = [f"  {run.id}  {inert(run.name):<{width}}  {_told(run)}" for run in found[:_CANDIDATES]]
    if len(found) > _CANDIDATES:
        lines.append("  … and more")
    many = f"more than {_CANDIDATES}" if len(found) > _CANDIDATES else str(len(found))
    raise CommandFailed("\n".join([f"{text!r} names {many} {noun}s. Give the id of one:", *lines]))


def _told(run: FlowRun | TaskRun) -> str:
    moment = run.start_time or run.expected_start_time
    when = f", {relative_time(moment, now())}" if moment else ""
    return f"{inert(run.state_name or 'No state')}{when}"
