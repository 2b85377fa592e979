"""What depends on what in a flow run: the task runs, and the subflow runs in place of those that stand for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.schemas.run_graphs import DependencyResult, Edge, Graph, GraphArtifact, GraphState, Node
from prefect.schemas.run_inputs import TaskRunResult
from prefect.schemas.states import StateType
from prefect.store.columns import json_value, timestamp_text
from prefect.store.flow_runs import read_flow_run
from prefect.store.operations import operation
from prefect.store.run_records import runs_with_states, task_runs_of
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.states import read_flow_run_states
from prefect.store.tables import TASK_RUN

MOST_NODES = 10_000
"""How many runs a graph shows at most; of more, the first that started."""

MOST_ARTIFACTS = 10_000
"""How many artifacts a graph shows at most."""

_THE_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_WITH_DATA = frozenset({"progress"})
"""The types of artifacts whose data stand in the graph."""


@operation("GET", "/flow_runs/{id}/graph", reads=True)
def read_flow_run_graph_v1(id: UUID) -> Transaction[list[DependencyResult]]:
    """Return the task runs of a flow run, each with the task runs whose results it took.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    yield from read_flow_run(id)
    rows = yield Statement(
        runs_with_states(
            TASK_RUN, "WHERE task_run.flow_run_id = ? ORDER BY expected_start_time, task_run.id"
        ),
        (str(id),),
    )
    return [
        DependencyResult(
            id=run.id,
            name=run.name,
            upstream_dependencies=[
                source
                for sources in run.task_inputs.values()
                for source in sources
                if isinstance(source, TaskRunResult)
            ],
            state=run.state,
            expected_start_time=run.expected_start_time,
            start_time=run.start_time,
            end_time=run.end_time,
            total_run_time=run.total_run_time,
            estimated_run_time=run.estimated_run_time,
            untrackable_result=run.state is not None and run.state.state_details.untrackable_result,
        )
        for run in task_runs_of(rows, now())
    ]


@operation("GET", "/flow_runs/{id}/graph-v2", reads=True)
def read_flow_run_graph_v2(id: UUID, since: datetime = _THE_BEGINNING) -> Transaction[Graph]:
    """Return the runs of a flow run, the artifacts that it left and the states it was in.

    Args:
        id: The flow run.
        since: Only runs that ended at this time or later, or have not ended.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    run = yield from read_flow_run(id)
    rows = yield Statement(_NODES, (str(id), timestamp_text(since), MOST_NODES))
    states = yield from read_flow_run_states(id)
    by_run, own = yield from _artifacts(id)
    nodes = _nodes(rows, by_run)
    return Graph(
        start_time=run.start_time,
        end_time=run.end_time,
        root_node_ids=[node.id for node in nodes if not node.parents],
        nodes=[(node.id, node) for node in nodes],
        artifacts=own,
        states=[
            GraphState(id=state.id, timestamp=state.timestamp, type=state.type, name=state.name or "")
            for state in states
        ],
    )


_NODES = (
    "SELECT task_run.id AS id, task_run.name AS name, task_run.state_type AS state_type, "
    "task_run.start_time AS start_time, task_run.expected_start_time AS expected_start_time, "
    "task_run.end_time AS end_time, task_run.task_inputs AS task_inputs, subflow_run.id AS subflow_run_id, "
    "subflow_run.name AS subflow_run_name, subflow.name AS subflow_name, "
    "subflow_run.state_type AS subflow_state_type, subflow_run.start_time AS subflow_start, "
    "subflow_run.expected_start_time AS subflow_expected_start, subflow_run.end_time AS subflow_end "
    "FROM task_run LEFT JOIN flow_run AS subflow_run ON subflow_run.parent_task_run_id = task_run.id "
    "LEFT JOIN flow AS subflow ON subflow.id = subflow_run.flow_id "
    "WHERE task_run.flow_run_id = ? AND coalesce(task_run.end_time, '9999') >= ? "
    "ORDER BY coalesce(subflow_run.start_time, subflow_run.expected_start_time, task_run.start_time, "
    "task_run.expected_start_time), task_run.id LIMIT ?"
)


def _nodes(rows: Sequence[Row], artifacts: Mapping[str, list[GraphArtifact]]) -> list[Node]:
    """Return the nodes in their order, with the lines between them."""
    known = {row["id"]: UUID(row["subflow_run_id"] or row["id"]) for row in rows}
    parents: dict[UUID, list[UUID]] = {}
    encapsulating: dict[UUID, list[UUID]] = {}
    children: dict[UUID, list[UUID]] = {}
    for row in rows:
        node = known[row["id"]]
        for name, source in _sources(row["task_inputs"]):
            if source not in known:
                continue
            if name == "__parents__":
                encapsulating.setdefault(node, []).append(known[source])
            else:
                parents.setdefault(node, []).append(known[source])
                children.setdefault(known[source], []).append(node)
    nodes: dict[UUID, Node] = {}
    for row in rows:
        id = known[row["id"]]
        nodes.setdefault(
            id,
            _node(
                row,
                parents=_edges(parents.get(id, ())),
                children=_edges(children.get(id, ())),
                encapsulating=_edges(encapsulating.get(id, ())),
                artifacts=artifacts.get(row["id"], []),
            ),
        )
    return list(nodes.values())


def _node(row: Row, **lines: Any) -> Node:
    if row["subflow_run_id"] is None:
        return Node(
            kind="task-run",
            id=row["id"],
            label=row["name"],
            state_type=row["state_type"] or StateType.PENDING,
            start_time=row["start_time"] or row["expected_start_time"],
            end_time=row["end_time"],
            **lines,
        )
    return Node(
        kind="flow-run",
        id=row["subflow_run_id"],
        label=f"{row['subflow_name']} / {row['subflow_run_name']}",
        state_type=row["subflow_state_type"] or StateType.PENDING,
        start_time=row["subflow_start"] or row["subflow_expected_start"],
        end_time=row["subflow_end"],
        **lines,
    )


def _sources(task_inputs: str | None) -> Iterable[tuple[str, str]]:
    """Return the task runs that are among the inputs of a task run, with the names of the inputs."""
    inputs: dict[str, list[dict[str, Any]]] = json_value(task_inputs) if task_inputs else {}
    for name, sources in inputs.items():
        for source in sources:
            if source.get("input_type") == "task_run":
                yield name, str(source["id"])


def _edges(ids: Iterable[UUID]) -> list[Edge]:
    return [Edge(id=id) for id in dict.fromkeys(ids)]


def _artifacts(flow_run_id: UUID) -> Transaction[tuple[dict[str, list[GraphArtifact]], list[GraphArtifact]]]:
    """Return the artifacts of a flow run: those of each task run, and its own."""
    rows = yield Statement(
        "SELECT artifact.id AS id, artifact.created AS created, artifact.key AS key, artifact.type AS type, "
        "artifact.data AS data, artifact.task_run_id AS task_run_id, "
        "(artifact.key IS NULL OR EXISTS (SELECT 1 FROM artifact_collection AS shown "
        "WHERE shown.latest_id = artifact.id)) AS is_latest "
        "FROM artifact WHERE artifact.flow_run_id = ? AND (artifact.type IS NULL OR artifact.type <> 'result') "
        "ORDER BY artifact.created, artifact.id LIMIT ?",
        (str(flow_run_id), MOST_ARTIFACTS),
    )
    by_run: dict[str, list[GraphArtifact]] = {}
    own: list[GraphArtifact] = []
    for row in rows:
        data = json_value(row["data"]) if row["type"] in _WITH_DATA and row["data"] else None
        artifact = GraphArtifact(
            id=row["id"],
            created=row["created"],
            key=row["key"],
            type=row["type"],
            is_latest=bool(row["is_latest"]),
            data=data,
        )
        if row["task_run_id"] is None:
            own.append(artifact)
        else:
            by_run.setdefault(row["task_run_id"], []).append(artifact)
    return by_run, own
