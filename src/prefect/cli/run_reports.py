"""One run in full, for people: the facts, the tree of what it called, and the states it was in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prefect.cli.durations import duration_text, local_time, local_time_with_zone, relative_time
from prefect.cli.inert import inert
from prefect.cli.run_tables import run_duration, task_name
from prefect.cli.run_tree import TreeNode
from prefect.cli.screen import Screen
from prefect.cli.state_marks import mark_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.states import State
    from prefect.schemas.task_runs import TaskRun

_LONGEST_VALUE = 200

Fact = tuple[str, "str | Text | None"]


def flow_run_facts(
    run: FlowRun, flow_name: str, parent: FlowRun | None, screen: Screen, now: datetime
) -> Table:
    """Return what is known of a flow run."""
    return _facts(
        [
            ("Flow run", inert(run.name)),
            ("ID", str(run.id)),
            ("Flow", inert(flow_name)),
            ("Version", inert(run.flow_version or "")),
            ("Called by", f"{inert(parent.name)} ({parent.id})" if parent else None),
            *_state_facts(run, screen),
            ("Parameters", _parameters(run.parameters)),
            ("Tags", inert(", ".join(run.tags))),
            *_time_facts(run, now),
            ("Runs", _runs(run.run_count, run.empirical_policy.retries)),
        ]
    )


def task_run_facts(
    run: TaskRun, flow_run: FlowRun | None, upstream: str, screen: Screen, now: datetime
) -> Table:
    """Return what is known of a task run."""
    return _facts(
        [
            ("Task run", inert(run.name)),
            ("ID", str(run.id)),
            ("Task", inert(task_name(run))),
            ("Flow run", f"{inert(flow_run.name)} ({flow_run.id})" if flow_run else "none"),
            *_state_facts(run, screen),
            ("After", inert(upstream)),
            ("Tags", inert(", ".join(run.tags))),
            ("Cache key", inert(run.cache_key or "")),
            *_time_facts(run, now),
            ("Runs", _runs(run.run_count, run.empirical_policy.retries)),
        ]
    )


def state_history(states: Sequence[State[Any]], screen: Screen) -> Table:
    """Return the states that a run was in as a table."""
    table = _grid()
    for state in states:
        table.add_row(
            local_time(state.timestamp, milliseconds=True),
            screen.state(state.type, inert(state.name or "")),
            inert(state.message or "", lines=True),
        )
    table.columns[2].no_wrap = False
    return table


def run_tree_table(root: TreeNode, screen: Screen) -> Table:
    """Return the tree of a flow run, a line for each node."""
    table = _grid()
    table.add_column(overflow="fold", min_width=12)
    table.columns[0].overflow = "ellipsis"
    table.columns[1].no_wrap = False
    for guide, node in _lines(root, screen):
        table.add_row(
            f"{guide}{inert(node.name) or '…'}",
            _counted(node, screen),
            duration_text(node.duration) if node.duration is not None else "",
            _notes(node),
        )
    return table


def heading(text: str) -> Text:
    """Return the heading of a part of a report."""
    from rich.text import Text

    return Text(f"\n{text}", style="bold")


def _lines(root: TreeNode, screen: Screen) -> Iterator[tuple[str, TreeNode]]:
    tee, corner, bar = ("├── ", "└── ", "│   ") if screen.unicode else ("|-- ", "`-- ", "|   ")

    def below(node: TreeNode, indent: str) -> Iterator[tuple[str, TreeNode]]:
        for number, child in enumerate(node.children, 1):
            last = number == len(node.children)
            yield indent + (corner if last else tee), child
            yield from below(child, indent + ("    " if last else bar))

    yield "", root
    yield from below(root, "")


def _counted(node: TreeNode, screen: Screen) -> Text:
    """Return the state of a run, or how many runs are in which state."""
    from rich.text import Text

    if sum(node.states.values()) == 1:
        return next(screen.state(type_, inert(name)) for type_, name in node.states)
    counts = [
        Text(f"{screen.sign(type_)} {number:,} {inert(name)}", style=mark_of(type_).colour)
        for (type_, name), number in sorted(node.states.items(), key=lambda pair: -pair[1])
    ]
    return Text(", ").join(counts)


def _notes(node: TreeNode) -> str:
    notes: list[str] = []
    if node.flow_name is not None:
        notes.append(f"flow {inert(node.flow_name)}")
    if node.run_count > 1:
        notes.append(f"{node.run_count} runs")
    if node.after:
        notes.append(f"after {', '.join(inert(name) for name in node.after)}")
    if node.message:
        notes.append(_shortened(inert(node.message.strip().partition("\n")[0])))
    return "; ".join(notes)


def _facts(facts: Sequence[Fact]) -> Table:
    table = _grid(columns=2)
    table.columns[0].style = "bold"
    table.columns[1].no_wrap = False
    for name, value in facts:
        if value:
            table.add_row(name, value)
    return table


def _grid(columns: int = 3) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for _ in range(columns):
        table.add_column(no_wrap=True, overflow="fold")
    return table


def _state_facts(run: FlowRun | TaskRun, screen: Screen) -> list[Fact]:
    message = run.state.message if run.state else None
    return [
        ("State", screen.state(run.state_type, inert(run.state_name or ""))),
        ("Message", inert(message or "", lines=True)),
    ]


def _time_facts(run: FlowRun | TaskRun, now: datetime) -> list[Fact]:
    duration = run_duration(run, now)
    facts: list[Fact] = [
        ("Created", _moment(run.created, now)),
        ("Expected", None if run.start_time else _moment(run.expected_start_time, now)),
        ("Started", _moment(run.start_time, now)),
        ("Ended", _moment(run.end_time, now)),
    ]
    if duration is not None:
        facts.append(("Duration", duration_text(duration) + _waited(run, now)))
    return facts


def _waited(run: FlowRun | TaskRun, now: datetime) -> str:
    """Return how long the run took from its start to its end, if much of it was spent waiting between its runs."""
    if run.run_count < 2 or run.start_time is None:
        return ""
    return f" running, {duration_text((run.end_time or now) - run.start_time)} from the first start"


def _moment(moment: datetime | None, now: datetime) -> str | None:
    return f"{local_time_with_zone(moment)} ({relative_time(moment, now)})" if moment else None


def _runs(number: int, retries: int | None) -> str | None:
    allowed = f" (up to {retries} {'retry' if retries == 1 else 'retries'})" if retries else ""
    return f"{number}{allowed}" if allowed or number > 1 else None


def _parameters(parameters: Mapping[str, Any]) -> str:
    lines = [
        f"{inert(name)} = {_shortened(inert(json.dumps(value, ensure_ascii=False, default=str)))}"
        for name, value in parameters.items()
    ]
    return "\n".join(lines)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
