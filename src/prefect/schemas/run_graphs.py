"""What depends on what in a flow run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from prefect.schemas._base import Record
from prefect.schemas.run_inputs import TaskRunResult
from prefect.schemas.states import State, StateType


class DependencyResult(Record):
    """A task run of a flow run, and the task runs whose results it took."""

    id: UUID
    name: str
    upstream_dependencies: list[TaskRunResult]
    state: State[Any] | None
    expected_start_time: datetime | None
    start_time: datetime | None
    end_time: datetime | None
    total_run_time: timedelta | None
    estimated_run_time: timedelta | None
    untrackable_result: bool


class Edge(Record):
    """The other end of a line between two nodes."""

    id: UUID


class GraphArtifact(Record):
    """An artifact that a run has left; its data only where they are small."""

    id: UUID
    created: datetime
    key: str | None
    type: str | None
    is_latest: bool
    data: Any | None


class GraphState(Record):
    """A state that the flow run was in."""

    id: UUID
    timestamp: datetime
    type: StateType
    name: str


class Node(Record):
    """A task run, or a subflow run in place of the task run that stands for it.

    Attributes:
        parents: What it took results of.
        children: What took its result.
        encapsulating: What it ran inside of: tasks may be called by tasks.
    """

    kind: Literal["flow-run", "task-run"]
    id: UUID
    label: str
    state_type: StateType
    start_time: datetime
    end_time: datetime | None
    parents: list[Edge]
    children: list[Edge]
    encapsulating: list[Edge]
    artifacts: list[GraphArtifact]


class Graph(Record):
    """The runs of a flow run in the order in which they started, or should start.

    Attributes:
        root_node_ids: The nodes that have no parents.
        artifacts: Those of the flow run itself.
        states: Those of the flow run itself.
    """

    start_time: datetime | None
    end_time: datetime | None
    root_node_ids: list[UUID]
    nodes: list[tuple[UUID, Node]]
    artifacts: list[GraphArtifact]
    states: list[GraphState]
