"""What depends on what in a flow run."""

from __future__ import annotations

from uuid import uuid4

import pytest

from prefect.exceptions import ObjectNotFound
from prefect.schemas.artifacts import ArtifactCreate
from prefect.schemas.run_inputs import Constant, TaskRunResult
from prefect.schemas.states import StateType
from prefect.states import Running
from prefect.store.artifacts import create_artifact
from prefect.store.flow_run_graphs import read_flow_run_graph_v1, read_flow_run_graph_v2
from tests.unit.store.building import later
from tests.unit.store.runs import create, perform, propose, record


def test_a_graph_shows_what_took_whose_result() -> None:
    """Nodes stand in the order in which they started; lines go both ways; roots took nothing."""
    flow_run = create(1)
    first = record(1, flow_run_id=flow_run.id, start_time=later(1), end_time=later(2))
    inputs = {"x": [TaskRunResult(id=first.id), TaskRunResult(id=first.id)], "y": [Constant(type="int")]}
    second = record(2, flow_run_id=flow_run.id, start_time=later(3), task_inputs=inputs)
    inner = record(
        3,
        flow_run_id=flow_run.id,
        start_time=later(4),
        task_inputs={"__parents__": [TaskRunResult(id=second.id)]},
    )
    waiting = record(5, flow_run_id=flow_run.id, kind=StateType.PENDING)
    graph = perform(read_flow_run_graph_v2, flow_run.id)
    assert [id for id, _ in graph.nodes] == [first.id, second.id, inner.id, waiting.id]
    assert graph.root_node_ids == [first.id, inner.id, waiting.id]
    one, two, three, four = (node for _, node in graph.nodes)
    assert (four.state_type, four.start_time) == (StateType.PENDING, later(5))
    assert [edge.id for edge in one.children] == [second.id]
    assert [edge.id for edge in two.parents] == [first.id]
    assert [edge.id for edge in three.encapsulating] == [second.id]
    assert (one.kind, one.label, one.end_time) == ("task-run", "task-1", later(2))
    assert [state.name for state in graph.states] == ["Pending"]
    since = perform(read_flow_run_graph_v2, flow_run.id, since=later(2.5))
    assert [id for id, _ in since.nodes] == [second.id, inner.id, waiting.id]


def test_a_subflow_run_stands_in_place_of_its_task_run() -> None:
    """What depends on the task run that stands for a subflow run depends on the subflow run."""
    flow_run = create(1)
    standing = record(1, flow_run_id=flow_run.id, start_time=later(1))
    child = create(2, flow="save", parent_task_run_id=standing.id)
    propose(child, Running(timestamp=later(3)))
    inputs = {"x": [TaskRunResult(id=standing.id)]}
    after = record(3, flow_run_id=flow_run.id, start_time=later(9), task_inputs=inputs)
    graph = perform(read_flow_run_graph_v2, flow_run.id)
    assert [id for id, _ in graph.nodes] == [child.id, after.id]
    node = graph.nodes[0][1]
    assert (node.kind, node.label, node.start_time) == ("flow-run", "save / run-2", later(3))
    assert [edge.id for edge in graph.nodes[1][1].parents] == [child.id]


def test_a_graph_shows_the_artifacts_of_its_runs() -> None:
    """Those of a task run stand with it; data stand there only where they are small."""
    flow_run = create(1)
    task_run = record(1, flow_run_id=flow_run.id, start_time=later(1))
    for key, type_, data, owner in (
        ("table", "table", [1], task_run.id),
        (None, "progress", 5.0, None),
        ("table", "table", [2], None),
    ):
        made = ArtifactCreate(key=key, type=type_, data=data, flow_run_id=flow_run.id, task_run_id=owner)
        perform(create_artifact, made)
    graph = perform(read_flow_run_graph_v2, flow_run.id)
    assert [(each.key, each.is_latest, each.data) for each in graph.artifacts] == [
        (None, True, 5.0),
        ("table", True, None),
    ]
    assert [(each.key, each.is_latest) for each in graph.nodes[0][1].artifacts] == [("table", False)]


def test_the_first_graph_has_every_task_run() -> None:
    """Each task run stands there with its state and the task runs whose results it took."""
    flow_run = create(1)
    first = record(1, flow_run_id=flow_run.id, kind=StateType.PENDING)
    inputs = {"x": [TaskRunResult(id=first.id)], "y": [Constant(type="int")]}
    second = record(2, flow_run_id=flow_run.id, task_inputs=inputs)
    one, two = perform(read_flow_run_graph_v1, flow_run.id)
    assert (one.id, one.upstream_dependencies, one.untrackable_result) == (first.id, [], False)
    assert [each.id for each in two.upstream_dependencies] == [first.id]
    assert (two.id, two.state.type, two.expected_start_time) == (second.id, StateType.RUNNING, later(2))


def test_there_is_no_graph_of_nothing() -> None:
    """Whoever asks for the graph of a flow run that is not there is told so."""
    for operation in (read_flow_run_graph_v1, read_flow_run_graph_v2):
        with pytest.raises(ObjectNotFound, match="no flow run"):
            perform(operation, uuid4())
