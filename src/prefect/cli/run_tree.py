"""The tree of a flow run: its task runs and subflow runs in the order in which they started, and what waited for what.

Many runs of one task become one line with counts, below it those that went wrong. Nothing here prints or asks the
store: values in, values out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.cli.run_tables import run_duration, task_name

if TYPE_CHECKING:
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun

COLLAPSE_ABOVE = 10
"""More runs of one task than this become one line."""

SHOWN_FAILURES = 5
"""How many failed runs are shown below such a line."""

NAMED_UPSTREAM = 3
"""How many of the runs that a run waited for are named."""

_WRONG = ("FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True, slots=True)
class Branch:
    """What a flow run called: its task runs, and its subflow runs, each of which has a task run that stands for it."""

    task_runs: Sequence[TaskRun] = ()
    child_flow_runs: Sequence[FlowRun] = ()


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A line of the tree. `states` counts the states, by type and name, of the runs that the line stands for."""

    name: str
    states: Mapping[tuple[str, str], int]
    duration: timedelta | None = None
    flow_name: str | None = None
    run_count: int = 1
    after: Sequence[str] = ()
    message: str | None = None
    children: Sequence[TreeNode] = field(default=())


class RunTree:
    """Builds the nodes below a flow run.

    Args:
        read_branch: Returns what a flow run called.
        flow_name: Returns the name of a flow.
        now: The time at which running runs are measured.
        collapse_above: More runs of one task than this become one line; None shows each.
    """

    def __init__(
        self,
        read_branch: Callable[[UUID], Branch],
        flow_name: Callable[[UUID], str],
        now: datetime,
        *,
        collapse_above: int | None = COLLAPSE_ABOVE,
    ) -> None:
        self._read_branch = read_branch
        self._flow_name = flow_name
        self._now = now
        self._collapse_above = collapse_above

    def root(self, run: FlowRun) -> TreeNode:
        """Return the node of a flow run with all that is below it."""
        return TreeNode(
            name=run.name,
            states=_states([run]),
            duration=run_duration(run, self._now),
            flow_name=self._flow_name(run.flow_id),
            run_count=run.run_count,
            children=self.below(run.id),
        )

    def below(self, flow_run_id: UUID) -> list[TreeNode]:
        """Return the nodes of what a flow run called."""
        branch = self._read_branch(flow_run_id)
        subflows = {run.parent_task_run_id: run for run in branch.child_flow_runs}
        groups = _groups(sorted(branch.task_runs, key=_start))
        labels: dict[UUID, str] = {}
        for runs in groups:
            collapsed = self._collapses(runs)
            for run in runs:
                subflow = subflows.get(run.id)
                name = group_name(runs) if collapsed else subflow.name if subflow else run.name
                labels[run.id] = name
                if subflow:
                    labels[subflow.id] = name
        nodes: list[tuple[datetime, TreeNode]] = []
        for runs in groups:
            if self._collapses(runs):
                nodes.append((_start(runs[0])[0], self._group(runs, subflows, labels)))
            else:
                nodes.extend((_start(run)[0], self._node(run, subflows, labels)) for run in runs)
        return [node for _, node in sorted(nodes, key=lambda pair: pair[0])]

    def _collapses(self, runs: Sequence[TaskRun]) -> bool:
        return self._collapse_above is not None and len(runs) > self._collapse_above

    def _group(
        self, runs: Sequence[TaskRun], subflows: Mapping[UUID | None, FlowRun], labels: Mapping[UUID, str]
    ) -> TreeNode:
        wrong = [run for run in runs if run.state_type in _WRONG]
        children = [self._node(run, subflows, labels, deep=False) for run in wrong[:SHOWN_FAILURES]]
        if len(wrong) > SHOWN_FAILURES:
            children.append(TreeNode(name="", states=_states(wrong[SHOWN_FAILURES:])))
        return TreeNode(
            name=group_name(runs),
            states=_states(runs),
            duration=_span(runs, self._now),
            after=_upstream(runs, labels),
            children=children,
        )

    def _node(
        self,
        run: TaskRun,
        subflows: Mapping[UUID | None, FlowRun],
        labels: Mapping[UUID, str],
        *,
        deep: bool = True,
    ) -> TreeNode:
        subflow = subflows.get(run.id)
        shown = subflow or run
        return TreeNode(
            name=shown.name,
            states=_states([shown]),
            duration=run_duration(shown, self._now),
            flow_name=self._flow_name(subflow.flow_id) if subflow else None,
            run_count=shown.run_count,
            after=_upstream([run], labels),
            message=shown.state.message if shown.state and shown.state_type in _WRONG else None,
            children=self.below(subflow.id) if subflow and deep else (),
        )


def group_name(runs: Sequence[TaskRun]) -> str:
    """Return what to call many runs of one task."""
    return f"{task_name(runs[0])} ({len(runs):,} runs)"


def _groups(runs: Iterable[TaskRun]) -> list[list[TaskRun]]:
    groups: dict[str, list[TaskRun]] = {}
    for run in runs:
        groups.setdefault(run.task_key, []).append(run)
    return list(groups.values())


def _start(run: TaskRun) -> tuple[datetime, str]:
    moment = run.start_time or run.expected_start_time or run.created
    return moment or datetime.max.replace(tzinfo=UTC), str(run.id)


def _states(runs: Iterable[FlowRun | TaskRun]) -> Counter[tuple[str, str]]:
    return Counter((str(run.state_type or ""), run.state_name or "No state") for run in runs)


def _span(runs: Sequence[TaskRun], now: datetime) -> timedelta | None:
    starts = [run.start_time for run in runs if run.start_time]
    if not starts:
        return None
    unfinished = any(run.start_time and not run.end_time for run in runs)
    return (now if unfinished else max(run.end_time for run in runs if run.end_time)) - min(starts)


def _upstream(runs: Sequence[TaskRun], labels: Mapping[UUID, str]) -> list[str]:
    """Return the labels of the runs whose results these runs took or waited for, the first few by name."""
    own = {labels[run.id] for run in runs}
    found: dict[str, None] = {}
    for run in runs:
        for sources in run.task_inputs.values():
            for source in sources:
                identifier = getattr(source, "id", None)
                if identifier is not None:
                    found[labels.get(identifier) or str(identifier)] = None
    names = [name for name in found if name not in own]
    if len(names) > NAMED_UPSTREAM:
        return [*names[:NAMED_UPSTREAM], f"{len(names) - NAMED_UPSTREAM} more"]
    return names
