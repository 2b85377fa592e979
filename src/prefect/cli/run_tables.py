"""Lists of runs as tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.cli.durations import duration_text, relative_time
from prefect.cli.inert import inert
from prefect.cli.screen import Screen

if TYPE_CHECKING:
    from rich.table import Table

    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun

_WIDTH_FOR_FULL_IDS = 132
_WIDTH_FOR_WORDS = 96
_SHORTEST_ID = 13


def run_duration(run: FlowRun | TaskRun, now: datetime) -> timedelta | None:
    """Return how long a run has been running in all, or None when it never started."""
    if run.start_time is None:
        return None
    if run.state_type != "RUNNING":
        return run.total_run_time
    since = run.state.timestamp if run.state else run.start_time
    return run.total_run_time + (now - since)


def short_ids(ids: Sequence[UUID]) -> list[str]:
    """Return prefixes of ids, as short as they can be and still tell these ids apart.

    Ids begin with their time, so that much less than 13 characters would be shared by runs of the same minute.
    """
    texts = [str(each) for each in ids]
    ordered = sorted(texts)
    shared = max((_shared(one, other) for one, other in itertools.pairwise(ordered)), default=0)
    length = max(_SHORTEST_ID, shared + 1)
    return [text[:length].rstrip("-") if length < len(text) else text for text in texts]


def _shared(one: str, other: str) -> int:
    return next((i for i, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]), 0)


def flow_run_table(
    runs: Sequence[FlowRun], flow_name: Callable[[UUID], str], screen: Screen, now: datetime
) -> Table:
    """Return a table of flow runs."""
    return _run_table("FLOW", [(run, flow_name(run.flow_id)) for run in runs], screen, now)


def task_run_table(runs: Sequence[TaskRun], screen: Screen, now: datetime) -> Table:
    """Return a table of task runs."""
    return _run_table("TASK", [(run, task_name(run)) for run in runs], screen, now)


def task_name(run: TaskRun) -> str:
    """Return the name of a run's task: its key without the digest of its source."""
    name, dash, digest = run.task_key.rpartition("-")
    return name if dash and len(digest) == 8 else run.task_key


def _run_table(
    kind: str, runs: Sequence[tuple[FlowRun | TaskRun, str]], screen: Screen, now: datetime
) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("ID", "NAME", kind, "STATE", "STARTED", "DURATION"):
        # Where the terminal is too narrow, the name of the flow or task is cut first.
        table.add_column(column, no_wrap=column != kind)
    for (run, of), shown_id in zip(runs, _shown_ids([run for run, _ in runs], screen), strict=True):
        moment = run.start_time or run.expected_start_time
        duration = run_duration(run, now)
        table.add_row(
            shown_id,
            inert(run.name),
            Text(inert(of), no_wrap=True, overflow="ellipsis"),
            screen.state(run.state_type, inert(run.state_name or "")),
            relative_time(moment, now, short=_is_narrow(screen)) if moment else "",
            duration_text(duration) if duration is not None else "",
        )
    return table


def _shown_ids(runs: Sequence[FlowRun | TaskRun], screen: Screen) -> list[str]:
    ids = [run.id for run in runs]
    if screen.width is None or screen.width >= _WIDTH_FOR_FULL_IDS:
        return [str(each) for each in ids]
    return short_ids(ids)


def _is_narrow(screen: Screen) -> bool:
    return screen.width is not None and screen.width < _WIDTH_FOR_WORDS


def more_runs(listed: int, number: int) -> str:
    """Return the line below a list that shows only the first of a number of runs, or nothing."""
    if number <= listed:
        return ""
    return f"\n{number - listed:,} more; `--limit {number}` lists all.\n"
