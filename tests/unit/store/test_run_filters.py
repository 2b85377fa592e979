"""Filters of runs: what each of their words means, and that none of them reads a whole table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel

from prefect.schemas.artifacts import ArtifactCreate
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter, FlowSort
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunSort
from prefect.schemas.flow_runs import CreatedBy
from prefect.schemas.flows import FlowCreate
from prefect.schemas.log_filters import LogFilter, LogSort
from prefect.schemas.states import StateType
from prefect.schemas.task_run_filters import TaskRunFilter, TaskRunSort
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.artifacts import (
    count_artifacts,
    count_latest_artifacts,
    create_artifact,
    read_artifacts,
    read_latest_artifacts,
)
from prefect.store.dialects import sqlite_text
from prefect.store.flow_runs import count_flow_runs, read_flow_runs
from prefect.store.flows import count_flows, create_flow, read_flows
from prefect.store.logs import count_logs, read_logs
from prefect.store.sqlite_database import SqliteDatabase
from prefect.store.statements import Statement
from prefect.store.task_run_reading import count_task_runs, read_task_runs
from tests.unit.store.building import NOON, later
from tests.unit.store.runs import create, names, perform, record

VALUES: dict[str, Any] = {
    "any_": ([str(UUID(int=5, version=4))], ["COMPLETED"]),
    "not_any_": ([str(UUID(int=5, version=4))], ["COMPLETED"]),
    "all_": (["a", "b"],),
    "has_": (["a", "b"],),
    "equals_": ({"a": 1, "b": ["x"], "c": None},),
    "id_": ([str(UUID(int=5, version=4))],),
    "type_": (["DEPLOYMENT"],),
    "startswith_": (["a"],),
    "like_": ("a",),
    "query": ("a -b",),
    "is_null_": (True, False),
    "exists_": (True, False),
    "eq_": (True,),
    "before_": (NOON,),
    "after_": (NOON,),
    "ge_": (5,),
    "le_": (5,),
}


def of_each_word(kind: type[BaseModel]) -> list[Any]:
    """Return a filter for each of the words that a kind of filter has."""
    filters: list[Any] = []
    for name, field in kind.model_fields.items():
        parts = [
            part
            for part in get_args(field.annotation)
            if isinstance(part, type) and issubclass(part, BaseModel)
        ]
        for part in parts:
            inner = (
                of_each_word(part)
                if any(get_args(f.annotation) and _nested(f) for f in part.model_fields.values())
                else []
            )
            filters += [kind.model_validate({name: each.model_dump(exclude_unset=True)}) for each in inner]
            for word in part.model_fields:
                filters += [
                    made for value in VALUES.get(word, ()) if (made := _valid(kind, name, word, value))
                ]
    return filters


def _nested(field: Any) -> bool:
    return any(isinstance(part, type) and issubclass(part, BaseModel) for part in get_args(field.annotation))


def _valid(kind: type[BaseModel], name: str, word: str, value: Any) -> Any:
    try:
        return kind.model_validate({name: {word: value}})
    except ValueError:
        return None  # of two lists of values one has the right kind


def shown(filter: BaseModel) -> str:
    """Return a filter as the name of a test."""
    return str(filter.model_dump(mode="json", exclude_unset=True))


FLOW_RUNS = of_each_word(FlowRunFilter)
TASK_RUNS = of_each_word(TaskRunFilter)
FLOWS = of_each_word(FlowFilter)
LOGS = of_each_word(LogFilter)
OTHERS: list[dict[str, Any]] = [
    *({"deployments": each} for each in of_each_word(DeploymentFilter)),
    *({"work_pools": each} for each in of_each_word(WorkPoolFilter)),
    *({"work_pool_queues": each} for each in of_each_word(WorkQueueFilter)),
    *({"flows": each} for each in FLOWS),
    *({"task_runs": each} for each in TASK_RUNS),
]


def test_every_part_of_the_filters_is_tried() -> None:
    """The filters made above have every field of their kinds."""
    for kind, made in (
        (FlowRunFilter, FLOW_RUNS),
        (TaskRunFilter, TASK_RUNS),
        (FlowFilter, FLOWS),
        (LogFilter, LOGS),
    ):
        tried = {name for each in made for name in cast("BaseModel", each).model_fields_set}
        assert tried == set(kind.model_fields) - {"operator"}


def test_each_filter_lists_as_many_as_it_counts() -> None:
    """Every word of the filters of flow runs and of task runs is understood by the database."""
    create(5, parent_task_run_id=record(1).id)
    create(6, kind=StateType.COMPLETED, tags=["a", "b"], deployment_id=UUID(int=5, version=4))
    record(5, tags=["a", "b"], flow_run_id=UUID(int=5, version=4))
    for wanted in FLOW_RUNS:
        assert len(perform(read_flow_runs, flow_runs=wanted)) == perform(count_flow_runs, flow_runs=wanted)
    for wanted in TASK_RUNS:
        assert len(perform(read_task_runs, task_runs=wanted)) == perform(count_task_runs, task_runs=wanted)


def test_filters_of_other_nouns_choose_runs_too() -> None:
    """Every word of what runs belong to is understood where runs are listed, and flows."""
    create(5)
    for filters in OTHERS:
        assert len(perform(read_flow_runs, **filters)) == perform(count_flow_runs, **filters)
    for filters in OTHERS:
        if not {"work_pool_queues"} & filters.keys():
            assert len(perform(read_flows, **filters)) == perform(count_flows, **filters)
        if not {"work_pool_queues", "work_pools"} & filters.keys():
            assert len(perform(read_task_runs, **filters)) == perform(count_task_runs, **filters)
    for wanted in FLOW_RUNS:
        assert len(perform(read_flows, flow_runs=wanted)) == perform(count_flows, flow_runs=wanted)
    for wanted in LOGS:
        assert perform(read_logs, wanted) == []
        assert perform(count_logs, wanted) == 0


# --- what the words mean -----------------------------------------------------------------------------------------

PARENT = UUID(int=1, version=4)


def some_runs() -> None:
    """Store a flow run that is done, its subflow run, and one that waits for its time."""
    create(
        1, kind=StateType.COMPLETED, tags=["a", "b"], start_time=later(1), end_time=later(9), flow_version="v1",
        idempotency_key="k", created_by=CreatedBy(id=UUID(int=4), type="DEPLOYMENT"),
        parameters={"rows": 1, "region": "eu", "on": True, "off": None, "days": [1, 2], 'odd "na.me': {"a": "b"}},
    )  # fmt: skip
    create(
        2, flow="save", tags=["b"], parent_task_run_id=record(1, flow_run_id=PARENT, tags=["t"]).id,
        parameters={"rows": 2, "region": "eu", "on": 1, "off": "null"},
    )  # fmt: skip
    create(
        3, kind=StateType.SCHEDULED, deployment_id=UUID(int=8), work_queue_name="q", idempotency_key="l",
        parameters={"rows": "1", "on": "true"},
    )  # fmt: skip


MEANINGS: list[tuple[dict[str, Any], str]] = [
    ({}, "123"),
    ({"operator": "or_"}, "123"),
    ({"id": {"any_": []}}, ""),
    ({"id": {"not_any_": []}}, "123"),
    ({"id": {"not_any_": [str(PARENT)]}}, "23"),
    ({"name": {"any_": ["run-1", "run-9"]}}, "1"),
    ({"name": {"like_": "RUN"}}, "123"),
    ({"name": {"like_": "run-_"}}, "123"),
    ({"tags": {"all_": ["a", "b"]}}, "1"),
    ({"tags": {"all_": []}}, "123"),
    ({"tags": {"any_": ["b", "c"]}}, "12"),
    ({"tags": {"any_": []}}, ""),
    ({"tags": {"is_null_": True}}, "3"),
    ({"tags": {"is_null_": False}}, "12"),
    ({"tags": {"operator": "or_", "all_": ["a"], "is_null_": True}}, "13"),
    ({"deployment_id": {"is_null_": True}}, "12"),
    ({"deployment_id": {"operator": "or_", "is_null_": True, "any_": [str(UUID(int=8))]}}, "123"),
    ({"work_queue_name": {"any_": ["q"]}}, "3"),
    ({"work_queue_name": {"is_null_": True}}, "12"),
    ({"state": {"type": {"any_": ["COMPLETED", "PENDING"]}}}, "12"),
    ({"state": {"type": {"not_any_": ["COMPLETED"]}}}, "23"),
    ({"state": {"name": {"not_any_": ["Pending"]}}}, "13"),
    ({"state": {"operator": "or_", "type": {"any_": ["COMPLETED"]}, "name": {"any_": ["Pending"]}}}, "12"),
    ({"state": {}}, "123"),
    ({"flow_version": {"any_": ["v1"]}}, "1"),
    ({"start_time": {"after_": later(2).isoformat()}}, "23"),
    ({"start_time": {"before_": later(2).isoformat()}}, "12"),
    ({"start_time": {"is_null_": True}}, "23"),
    ({"start_time": {"is_null_": False, "before_": later(5).isoformat()}}, "1"),
    ({"end_time": {"after_": later(1).isoformat()}}, "1"),
    ({"end_time": {"is_null_": True}}, "23"),
    ({"expected_start_time": {"after_": later(2).isoformat(), "before_": later(3).isoformat()}}, "23"),
    ({"next_scheduled_start_time": {"after_": NOON.isoformat()}}, "3"),
    ({"parent_flow_run_id": {"any_": [str(PARENT)]}}, "2"),
    ({"parent_task_run_id": {"is_null_": False}}, "2"),
    ({"idempotency_key": {"not_any_": ["k"]}}, "3"),
    ({"idempotency_key": {"any_": ["k"]}}, "1"),
    ({"created_by": {"is_null_": False}}, "1"),
    ({"created_by": {"type_": ["DEPLOYMENT"], "id_": [str(UUID(int=4))]}}, "1"),
    ({"created_by": {"type_": ["AUTOMATION"]}}, ""),
    ({"parameters": {"has_": ["region"]}}, "12"),
    ({"parameters": {"has_": ["region", "days"]}}, "1"),
    ({"parameters": {"has_": ["off"]}}, "12"),
    ({"parameters": {"has_": ["Region"]}}, ""),
    ({"parameters": {"equals_": {"region": "eu"}}}, "12"),
    ({"parameters": {"equals_": {"region": "eu", "rows": 2}}}, "2"),
    ({"parameters": {"equals_": {"rows": 1}}}, "1"),
    ({"parameters": {"equals_": {"rows": 1.0}}}, "1"),
    ({"parameters": {"equals_": {"rows": "1"}}}, "3"),
    ({"parameters": {"equals_": {"on": True}}}, "1"),
    ({"parameters": {"equals_": {"off": None}}}, "1"),
    ({"parameters": {"equals_": {"absent": None}}}, ""),
    ({"parameters": {"equals_": {"days": [1, 2]}}}, "1"),
    ({"parameters": {"equals_": {'odd "na.me': {"a": "b"}}}}, "1"),
    ({"parameters": {}}, "123"),
    ({"operator": "or_", "name": {"any_": ["run-3"]}, "parameters": {"has_": ["days"]}}, "13"),
    ({"operator": "or_", "name": {"any_": ["run-3"]}, "id": {"any_": [str(PARENT)]}}, "13"),
]


def test_what_filters_of_flow_runs_mean() -> None:
    """Each word has its meaning; a column without a value is neither among values nor not among them."""
    some_runs()
    for wanted, found in MEANINGS:
        runs = perform(read_flow_runs, flow_runs=FlowRunFilter.model_validate(wanted))
        assert names(reversed(runs)) == [f"run-{number}" for number in found], wanted


MEANINGS_OF_TASK_RUNS: list[tuple[dict[str, Any], int]] = [
    ({"subflow_runs": {"exists_": True}}, 1),
    ({"subflow_runs": {"exists_": False}}, 1),
    ({"flow_run_id": {}}, 1),
    ({"flow_run_id": {"is_null_": True}}, 1),
    ({"flow_run_id": {"any_": [str(PARENT)]}}, 1),
    ({"flow_run_id": {"is_null_": None}}, 2),
    ({"tags": {"all_": ["t"]}}, 1),
    ({"start_time": {"is_null_": True}}, 2),
]


def test_what_filters_of_task_runs_mean() -> None:
    """By default a filter for flow runs means task runs that are in one."""
    some_runs()
    record(2)
    for wanted, found in MEANINGS_OF_TASK_RUNS:
        assert perform(count_task_runs, task_runs=TaskRunFilter.model_validate(wanted)) == found, wanted


def test_artifacts_are_chosen_by_their_runs() -> None:
    """Artifacts, and the latest of each key, are found by the flow, the flow run and the task run that left them."""
    some_runs()
    task_run = record(7, tags=["t"])
    for owner, maker in ((PARENT, None), (UUID(int=2, version=4), task_run.id)):
        left = ArtifactCreate(key="k", type="table", data=1, flow_run_id=owner, task_run_id=maker)
        perform(create_artifact, left)
    named = FlowRunFilter.model_validate({"name": {"any_": ["run-1"]}})
    tagged = TaskRunFilter.model_validate({"tags": {"all_": ["t"]}})
    saved = FlowFilter.model_validate({"name": {"any_": ["save"]}})
    deployed = DeploymentFilter.model_validate({"name": {"any_": ["x"]}})
    for filters, found, latest in (
        ({"flow_runs": named}, 1, 0),
        ({"task_runs": tagged}, 1, 1),
        ({"flows": saved}, 1, 1),
        ({"deployments": deployed}, 0, 0),
    ):
        assert len(perform(read_artifacts, **filters)) == perform(count_artifacts, **filters) == found
        assert len(perform(read_latest_artifacts, **filters)) == latest
        assert perform(count_latest_artifacts, **filters) == latest


def test_nouns_are_chosen_by_one_another() -> None:
    """Flow runs are found by their flow and their task runs, flows by their runs, task runs by their flow run."""
    some_runs()
    perform(create_flow, FlowCreate(name="never run", tags=["z"]))
    saved = FlowFilter.model_validate({"name": {"any_": ["save"]}})
    tagged = TaskRunFilter.model_validate({"tags": {"all_": ["t"]}})
    done = FlowRunFilter.model_validate({"state": {"type": {"any_": ["COMPLETED"]}}})
    assert names(perform(read_flow_runs, flows=saved)) == ["run-2"]
    assert names(perform(read_flow_runs, task_runs=tagged)) == ["run-1"]
    assert names(perform(read_flows, flow_runs=done)) == ["load"]
    assert names(perform(read_flows, task_runs=tagged)) == ["load"]
    assert perform(count_task_runs, flow_runs=done) == 1
    assert perform(count_task_runs, flows=saved) == 0
    undeployed = FlowFilter.model_validate({"deployment": {"is_null_": True}})
    assert names(perform(read_flows, undeployed, sort=FlowSort.NAME_DESC)) == ["save", "never run", "load"]


# --- how they are found ------------------------------------------------------------------------------------------

SCANS = {
    "like_": "a text inside of names is found by reading the names",
    "query": "a text inside of lines is found by reading the lines",
    "tags": "SQLite finds tags by reading those of each run; PostgreSQL has an index for them",
    "created_by": "nobody asks for it alone but the list of an automation's runs, which is short",
    "parameters": "values of any name have no index; a list ends after as many as were asked for",
    "deployment_version": "nobody asks for it but together with a deployment",
    "flow_version": "nobody asks for it but together with a flow",
    "not_any_": "all others are most of a table",
    "is_null_": "those without a value may be most of a table",
    "exists_": "task runs without subflow runs are most of a table",
    "ge_": "lines of a level or higher may be all lines",
    "le_": "lines of a level or lower may be all lines",
    "deployment": "flows without deployments may be most flows",
}
"""Words for which a whole table may be read to count, and why. Lists end after as many as were asked for."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database as a server has it, with its indexes, and without rows."""
    path: Path = tmp_path_factory.mktemp("served") / "prefect.db"
    database = SqliteDatabase(path)
    database.close()
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def plan(connection: sqlite3.Connection, statement: Any) -> list[str]:
    """Return how SQLite would find the rows of a statement."""
    assert isinstance(statement, Statement)
    sql = f"EXPLAIN QUERY PLAN {sqlite_text(statement.sql)}"
    return [row[3] for row in connection.execute(sql, statement.parameters)]


def reads_all(step: str) -> bool:
    """Whether a step reads all rows of a table, and not those of a short list that was made on the way."""
    return step.startswith("SCAN") and "LIST SUBQUERY" not in step and "VIRTUAL TABLE" not in step


@pytest.mark.sqlite
@pytest.mark.parametrize("sort", FlowRunSort)
def test_lists_of_flow_runs_are_read_in_their_order(served: sqlite3.Connection, sort: FlowRunSort) -> None:
    """Without a filter the first page is read along an index, and nothing is sorted."""
    steps = plan(served, next(read_flow_runs(sort=sort)))
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps
    assert all("INDEX" in step for step in steps), steps


@pytest.mark.sqlite
@pytest.mark.parametrize("sort", TaskRunSort)
def test_lists_of_task_runs_are_read_in_their_order(served: sqlite3.Connection, sort: TaskRunSort) -> None:
    """Without a filter the first page is read along an index, and nothing is sorted."""
    steps = plan(served, next(read_task_runs(sort=sort)))
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps
    assert all("INDEX" in step for step in steps), steps


@pytest.mark.sqlite
@pytest.mark.parametrize("sort", LogSort)
def test_lines_are_read_in_their_order(served: sqlite3.Connection, sort: LogSort) -> None:
    """All lines, those of a flow run and those of a task run are read along an index."""
    for one in ({}, {"flow_run_id": {"any_": [UUID(int=1)]}}, {"task_run_id": {"any_": [UUID(int=1)]}}):
        steps = plan(served, next(read_logs(LogFilter.model_validate(one), sort=sort)))
        assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps


@pytest.mark.sqlite
def test_what_a_filter_means_is_found_by_an_index(served: sqlite3.Connection) -> None:
    """A count goes to the rows that are meant, but where it is known why it cannot."""
    counts = [(each, count_flow_runs(flow_runs=each)) for each in FLOW_RUNS]
    counts += [(each, count_task_runs(task_runs=each)) for each in TASK_RUNS]
    counts += [(each, count_logs(each)) for each in LOGS]
    for wanted, count in counts:
        known = [word for word in SCANS if f"'{word}'" in shown(wanted)]
        steps = plan(served, next(count))
        assert known or not any(reads_all(step) for step in steps), (shown(wanted), steps)


@pytest.mark.sqlite
@pytest.mark.parametrize("sort", FlowRunSort)
def test_a_filtered_list_is_read_along_some_index(served: sqlite3.Connection, sort: FlowRunSort) -> None:
    """Whatever the filter and the order, rows are found by an index or read along the list until it is full."""
    for wanted in FLOW_RUNS:
        for step in plan(served, next(read_flow_runs(flow_runs=wanted, sort=sort))):
            assert not reads_all(step) or "INDEX" in step, (shown(wanted), step)
