from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import Flow, FlowCreate
from prefect.schemas.logs import Log
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.store import flow_runs, flows, logs, states, task_run_reading
from prefect.store.columns import INTEGER_COLUMN, TEXT_COLUMN
from prefect.store.tables import FLOW, FLOW_RUN, FLOW_RUN_STATE, LOG, TABLES, TASK_RUN, TASK_RUN_STATE, Table
from prefect.store.task_run_recording import record_task_runs
from tests.unit.store.building import (
    a_flow,
    a_full_flow_run,
    a_full_state,
    a_full_task_run,
    a_state,
    as_read,
    database,
    done,
    later,
)

NOT_STORED = {"estimated_run_time", "estimated_start_time_delta", "state"}
"""Fields of runs that are worked out when a run is read."""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new database of ours."""
    with database(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("table", "model", "left_out"),
    [
        (FLOW, Flow, set[str]()),
        (FLOW_RUN, FlowRun, NOT_STORED),
        (TASK_RUN, TaskRun, NOT_STORED),
        (FLOW_RUN_STATE, State, {"created", "updated"}),
        (TASK_RUN_STATE, State, {"created", "updated"}),
        (LOG, Log, {"created", "updated"}),  # both are the time of the line
    ],
    ids=lambda value: getattr(value, "name", None) or getattr(value, "__name__", ""),
)
def test_every_field_has_its_column(table: Table, model: Any, left_out: set[str]) -> None:
    """A field that somebody adds to the vocabulary is stored, or is named here as not stored."""
    owner = {"flow_run_id", "task_run_id"} if table in (FLOW_RUN_STATE, TASK_RUN_STATE) else set[str]()
    assert set(table.columns) - owner == set(model.model_fields) - left_out


def test_the_database_has_the_tables_as_they_are_written(connection: sqlite3.Connection) -> None:
    """A new file holds exactly our tables and columns, in our order, and our indexes."""
    made = {
        row["name"]: [column["name"] for column in connection.execute(f"PRAGMA table_info({row['name']})")]
        for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not row["name"].startswith("sqlite_")
    }
    assert made == {table.name: list(table.columns) for table in TABLES}
    indexes = {
        row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
    }
    assert {name for table in TABLES for name in table.indexes} <= indexes


def test_a_full_flow_run_comes_back_whole(connection: sqlite3.Connection) -> None:
    """Every stored field of a flow run and of its state is read back as it was written."""
    run = a_full_flow_run()
    connection.execute(FLOW_RUN.insert, FLOW_RUN.encode(dict(run)))
    statement = states.insert_state(FLOW_RUN_STATE, run.id, a_full_state())
    connection.execute(statement.sql, statement.parameters)
    assert done(connection, flow_runs.find_flow_run(run.id)) == as_read(run)


def test_a_full_task_run_comes_back_whole(connection: sqlite3.Connection) -> None:
    """Every stored field of a task run, its inputs and its state is read back as it was written."""
    run = a_full_task_run()
    done(connection, record_task_runs([dict(run)], [], [(run.id, a_full_state())]))
    assert done(connection, task_run_reading.find_task_run(run.id)) == as_read(run)


def test_the_examples_leave_no_field_at_its_default() -> None:
    """The two tests above would notice any column that is forgotten, because no value is the default."""
    deprecated = {"max_retries", "retry_delay_seconds"}
    for run in (a_full_flow_run(), a_full_task_run(), a_full_state()):
        model = type(run)
        at_default = {
            name
            for name, field in model.model_fields.items()
            if not field.is_required() and getattr(run, name) == field.get_default(call_default_factory=True)
        }
        assert at_default - NOT_STORED - deprecated - {"created", "updated"} == set()


def test_a_flow_comes_back_whole(connection: sqlite3.Connection) -> None:
    """Every field of a flow is read back as it was written."""
    connection.execute(FLOW.insert, FLOW.encode(dict(a_flow())))
    assert done(connection, flows.read_flow(a_flow().id)) == a_flow()


def test_a_log_line_comes_back_whole(connection: sqlite3.Connection) -> None:
    """Every field of a log line is read back as it was written."""
    line = Log(
        id=UUID(int=1), created=later(0), updated=later(0), name="a.b", level=20, message="line\x00 one\nline two",
        timestamp=later(0), flow_run_id=UUID(int=2), task_run_id=UUID(int=3),
    )  # fmt: skip
    done(connection, logs.record_logs([dict(line)]))
    assert done(connection, logs.read_logs(limit=10)) == [line]


def test_recording_a_task_run_again_keeps_when_it_was_created(connection: sqlite3.Connection) -> None:
    """A run that is recorded again is changed, not doubled, and keeps the time of its first record."""
    run = a_full_task_run()
    changed = run.model_copy(update={"created": later(50), "updated": later(50), "name": "other"})
    for values in (run, changed):
        done(connection, record_task_runs([dict(values)], [], []))
    (row,) = connection.execute("SELECT count(*) AS n, name, created, updated FROM task_run")
    assert (row["n"], row["name"]) == (1, "other")
    assert row["created"] < row["updated"]


def test_recording_again_adds_no_state_and_no_line(connection: sqlite3.Connection) -> None:
    """Writing the same batch twice, as after a crash of the connection, changes nothing."""
    run = a_full_task_run()
    states = [(run.id, a_state(StateType.RUNNING, at)) for at in (1, 2)]
    line = dict(Log(name="a", level=20, message="m", timestamp=later(0)))
    for _ in range(2):
        done(connection, record_task_runs([dict(run)], [], states))
        done(connection, logs.record_logs([line]))
    counted = [
        connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("task_run_state", "log")
    ]
    assert counted == [2, 1]


def test_a_name_for_which_the_column_must_not_be_empty(connection: sqlite3.Connection) -> None:
    """A row without what it must have is refused by the database itself."""
    values = {**dict(a_full_task_run()), "name": None}
    with pytest.raises(sqlite3.IntegrityError, match=r"task_run\.name"):
        connection.execute(TASK_RUN.upsert, TASK_RUN.encode(values))


def test_two_flows_cannot_have_one_name(connection: sqlite3.Connection) -> None:
    """Registering a name again, from this or another process, finds the flow that is there."""
    first = done(connection, flows.create_flow(FlowCreate(name="load")))
    second = done(connection, flows.create_flow(FlowCreate(name="load")))
    assert second == first
    assert done(connection, flows.create_flow(FlowCreate(name="other"))).id != first.id


def test_a_table_writes_its_sql() -> None:
    """A table of two columns shows the statements that all others have too."""
    table = Table(
        "one",
        {"id": TEXT_COLUMN, "n": INTEGER_COLUMN},
        not_null=frozenset({"n"}),
        indexes={"by_n": "(n DESC)"},
    )
    assert table.create_statements() == [
        "CREATE TABLE one (id TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (id))",
        "CREATE INDEX by_n ON one (n DESC)",
    ]
    assert table.insert == "INSERT INTO one (id, n) VALUES (?, ?) ON CONFLICT DO NOTHING"
    assert table.update(["n"]) == "UPDATE one SET n = ? WHERE id = ?"
    assert table.encode({"n": 1, "other": 2}) == [None, 1]
    assert table.encode({"n": None, "id": "x"}, ("n", "id")) == [None, "x"]
