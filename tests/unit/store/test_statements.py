from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect.exceptions import ObjectNotFound
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.logs import Log
from prefect.schemas.orchestration import SetStateStatus
from prefect.schemas.results import ResultRecord
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.states import Completed, Pending, Running
from prefect.store import flow_run_states, flow_runs, flows, logs, states, task_runs
from prefect.store.statements import Transaction
from prefect.store.tables import FLOW_RUN, FLOW_RUN_STATE
from tests.unit.store.building import a_state, database, done, later


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new database of ours."""
    with database(tmp_path) as opened:
        yield opened


def create(
    connection: sqlite3.Connection,
    number: int,
    *,
    kind: StateType = StateType.PENDING,
    flow: str = "load",
    **fields: Any,
) -> FlowRun:
    """Store flow run number so-and-so, expected that many seconds after noon."""
    flow_id = done(connection, flows.register_flow(flow, later(0))).id
    state = a_state(kind, number)
    run = FlowRun(
        id=fields.pop("id", UUID(int=number, version=4)), flow_id=flow_id, name=f"run-{number}",
        state=state, state_id=state.id, state_type=state.type, state_name=state.name,
        expected_start_time=later(number), **fields,
    )  # fmt: skip
    return done(connection, flow_runs.create_flow_run(run))


def record(connection: sqlite3.Connection, number: int, **fields: Any) -> TaskRun:
    """Store task run number so-and-so, expected that many seconds after noon."""
    kind = fields.pop("kind", StateType.RUNNING)
    state = a_state(kind, number)
    run = TaskRun(
        id=UUID(int=1000 + number, version=4), name=fields.pop("name", f"task-{number}"), task_key="k",
        dynamic_key=str(number), state=state, state_id=state.id, state_type=state.type, state_name=state.name,
        expected_start_time=later(number), **fields,
    )  # fmt: skip
    done(connection, task_runs.record_task_runs([dict(run)], [], [(run.id, state)]))
    return run


def names(runs: list[Any]) -> list[str]:
    """Return the names of some runs."""
    return [run.name for run in runs]


# --- lists of flow runs ------------------------------------------------------------------------------------------


def test_flow_runs_are_listed_newest_first(connection: sqlite3.Connection) -> None:
    """The run that was expected last stands first, and each carries its present state."""
    for number in (2, 3, 1):
        create(connection, number)
    listed = done(connection, flow_runs.list_flow_runs(limit=10))
    assert names(listed) == ["run-3", "run-2", "run-1"]
    assert [run.state.timestamp for run in listed] == [later(3), later(2), later(1)]


def test_flow_runs_can_be_listed_page_by_page(connection: sqlite3.Connection) -> None:
    """Limit and offset cut the list into pages that neither overlap nor leave a run out."""
    for number in range(7):
        create(connection, number)
    pages = [
        names(done(connection, flow_runs.list_flow_runs(limit=3, offset=offset))) for offset in (0, 3, 6)
    ]
    assert pages == [["run-6", "run-5", "run-4"], ["run-3", "run-2", "run-1"], ["run-0"]]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"flow_names": ["load"]}, ["run-3", "run-1"]),
        ({"flow_names": ["load", "save"]}, ["run-3", "run-2", "run-1"]),
        ({"flow_names": ["none"]}, []),
        ({"state_types": ["RUNNING"]}, ["run-3", "run-2"]),
        ({"state_types": ["RUNNING"], "flow_names": ["load"]}, ["run-3"]),
        ({"state_names": ["Pending", "Running"]}, ["run-3", "run-2", "run-1"]),
        ({"state_names": ["Pending' OR '1'='1"]}, []),
    ],
)
def test_flow_runs_can_be_chosen(
    connection: sqlite3.Connection, wanted: dict[str, Any], found: list[str]
) -> None:
    """Each condition narrows the list down, all of them together; text is never taken for SQL."""
    create(connection, 1)
    create(connection, 2, flow="save", kind=StateType.RUNNING)
    create(connection, 3, kind=StateType.RUNNING)
    assert names(done(connection, flow_runs.list_flow_runs(**wanted, limit=10))) == found
    assert done(connection, flow_runs.count_flow_runs(**wanted)) == len(found)


def test_more_runs_than_one_statement_takes_are_listed_with_their_states(
    connection: sqlite3.Connection,
) -> None:
    """A list of several hundred runs has every run's state."""
    for number in range(450):
        create(connection, number)
    listed = done(connection, flow_runs.list_flow_runs(limit=1000))
    assert len(listed) == 450
    assert all(run.state is not None and run.state.id == run.state_id for run in listed)


def test_a_flow_run_is_found_by_the_beginning_of_its_id_or_by_its_name(
    connection: sqlite3.Connection,
) -> None:
    """What a person types may be a name, an id, or as much of the id as tells it apart, in capitals too."""
    for number in (1, 2):
        create(connection, number)
    run = create(connection, 3, id=UUID(int=0xAB << 120))
    for typed in (str(run.id), str(run.id)[:8], str(run.id).upper(), str(run.id)[:2], run.name):
        assert names(done(connection, flow_runs.find_flow_runs(typed, limit=10))) == [run.name], typed
    assert len(done(connection, flow_runs.find_flow_runs("0000", limit=10))) == 2
    assert done(connection, flow_runs.find_flow_runs("no such", limit=10)) == []


def test_a_name_that_looks_like_an_id_is_found_as_it_is_written(connection: sqlite3.Connection) -> None:
    """A run named "Face" or "BAD" is found although these are hexadecimal digits."""
    create(connection, 1)
    connection.execute("UPDATE flow_run SET name = 'BAD'")
    assert names(done(connection, flow_runs.find_flow_runs("BAD", limit=10))) == ["BAD"]


def test_subflow_runs_are_found_through_the_task_run_that_stands_for_them(
    connection: sqlite3.Connection,
) -> None:
    """The tree of a run shows the flows that it called, in the order in which they began."""
    parent = create(connection, 1)
    for number in (3, 2):
        task_run = record(connection, number, flow_run_id=parent.id)
        create(connection, number, parent_task_run_id=task_run.id)
    create(connection, 9)
    assert names(done(connection, flow_runs.list_child_flow_runs(parent.id))) == ["run-2", "run-3"]


def test_a_deleted_flow_run_leaves_nothing_behind(connection: sqlite3.Connection) -> None:
    """States, task runs and lines go with their flow run; other runs keep theirs."""
    for number in (1, 2):
        run = create(connection, number)
        task_run = record(connection, number, flow_run_id=run.id)
        line = Log(
            name="n", level=20, message="m", timestamp=later(0), flow_run_id=run.id, task_run_id=task_run.id
        )
        done(connection, logs.record_logs([dict(line)]))
    assert done(connection, flow_runs.delete_flow_run(run.id)) is True
    assert done(connection, flow_runs.delete_flow_run(run.id)) is False
    tables = ("flow_run", "flow_run_state", "task_run", "task_run_state", "log")
    left = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    assert left == dict.fromkeys(tables, 1)


# --- lists of task runs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["c", "b", "a"]),
        ({"oldest_first": True}, ["a", "b", "c"]),
        ({"flow_run_id": UUID(int=7)}, ["b", "a"]),
        ({"task_names": ["c", "a"]}, ["c", "a"]),
        ({"state_types": ["FAILED"]}, ["b"]),
        ({"state_names": ["Running"], "flow_run_id": UUID(int=7)}, ["a"]),
        ({"limit": 1, "offset": 1}, ["b"]),
    ],
)
def test_task_runs_can_be_chosen(
    connection: sqlite3.Connection, wanted: dict[str, Any], found: list[str]
) -> None:
    """Task runs are listed by flow run, name and state, in either order."""
    record(connection, 1, name="a", flow_run_id=UUID(int=7))
    record(connection, 2, name="b", flow_run_id=UUID(int=7), kind=StateType.FAILED)
    record(connection, 3, name="c")
    assert names(done(connection, task_runs.list_task_runs(**{"limit": 10, **wanted}))) == found


def test_task_runs_are_found_by_id_and_counted_by_state(connection: sqlite3.Connection) -> None:
    """A person finds a task run by its id's beginning, and sees how many are in which state."""
    runs = [record(connection, number, flow_run_id=UUID(int=7)) for number in (1, 2)]
    record(connection, 3, flow_run_id=UUID(int=7), kind=StateType.COMPLETED)
    assert names(done(connection, task_runs.find_task_runs(str(runs[0].id).upper(), limit=5))) == [
        runs[0].name
    ]
    assert done(connection, task_runs.counts_by_state(UUID(int=7))) == {"RUNNING": 2, "COMPLETED": 1}
    assert done(connection, task_runs.read_task_run(uuid4())) is None


# --- log lines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"newest_first": True}, ["4", "3", "2", "1"]),
        ({"minimum_level": 30}, ["2"]),
        ({"flow_run_id": UUID(int=1)}, ["1", "2", "3"]),
        ({"task_run_id": UUID(int=2)}, ["3"]),
        ({"limit": 2, "offset": 1}, ["2", "3"]),
    ],
)
def test_lines_are_read_in_the_order_of_their_time(
    connection: sqlite3.Connection, wanted: dict[str, Any], found: list[str]
) -> None:
    """Lines that were stored in any order are read in the order in which they were written."""
    flow, task = UUID(int=1), UUID(int=2)
    lines = [(4, 20, None, None), (2, 40, flow, None), (1, 20, flow, None), (3, 20, flow, task)]
    stored = [
        dict(Log(name="n", level=level, message=str(at), timestamp=later(at), flow_run_id=f, task_run_id=t))
        for at, level, f, t in lines
    ]
    done(connection, logs.record_logs(stored))
    assert [line.message for line in done(connection, logs.list_logs(**{"limit": 10, **wanted}))] == found


# --- states of flow runs -----------------------------------------------------------------------------------------


def propose(connection: sqlite3.Connection, run: FlowRun, state: State[Any], *, force: bool = False) -> Any:
    """Propose a state for a flow run, one second after the last one."""
    return done(
        connection,
        flow_run_states.set_flow_run_state(run.id, state, force=force, now=later(100)),
    )


def test_an_accepted_state_is_written_with_what_follows_from_it(connection: sqlite3.Connection) -> None:
    """A run that enters Running has a start, a count and two states in order."""
    run = create(connection, 1)
    answer = propose(connection, run, Running(timestamp=later(5)))
    assert answer.status is SetStateStatus.ACCEPT
    stored = done(connection, flow_runs.read_flow_run(run.id))
    assert (stored.state_type, stored.run_count, stored.start_time) == (StateType.RUNNING, 1, later(5))
    assert stored.state == answer.state
    assert stored.state.state_details.flow_run_id == run.id
    history = done(connection, flow_runs.read_flow_run_states(run.id))
    assert [state.type for state in history] == [StateType.PENDING, StateType.RUNNING]


def test_a_refused_state_leaves_the_run_as_it_is(connection: sqlite3.Connection) -> None:
    """A run that is being cancelled cannot start; nothing is written."""
    run = create(connection, 1, kind=StateType.CANCELLING)
    answer = propose(connection, run, Running(timestamp=later(5)))
    assert answer.status is not SetStateStatus.ACCEPT
    assert answer.details.reason
    assert len(done(connection, flow_runs.read_flow_run_states(run.id))) == 1


def test_a_forced_state_is_written_whatever_the_rules_say(connection: sqlite3.Connection) -> None:
    """With force a person may set any state."""
    run = create(connection, 1, kind=StateType.COMPLETED)
    answer = propose(connection, run, Pending(timestamp=later(5)), force=True)
    assert answer.status is SetStateStatus.ACCEPT
    assert done(connection, flow_runs.read_flow_run(run.id)).state_type is StateType.PENDING


def test_the_task_run_that_stands_for_a_subflow_follows_it(connection: sqlite3.Connection) -> None:
    """Who looks at the calling flow run sees how the subflow is doing."""
    task_run = record(connection, 1, kind=StateType.PENDING, flow_run_id=create(connection, 1).id)
    run = create(connection, 2, parent_task_run_id=task_run.id)
    propose(connection, run, Running(timestamp=later(5)))
    propose(connection, run, Completed(timestamp=later(9), message="fine"))
    parent = done(connection, task_runs.read_task_run(task_run.id))
    assert (parent.state_type, parent.state.message) == (StateType.COMPLETED, "fine")
    assert parent.state.state_details.child_flow_run_id == run.id


def test_a_state_for_a_run_that_does_not_exist_is_an_error(connection: sqlite3.Connection) -> None:
    """Whoever proposes a state for a deleted run is told which one is missing."""
    missing = uuid4()
    with pytest.raises(ObjectNotFound, match=str(missing)):
        done(connection, flow_run_states.set_flow_run_state(missing, Running(), force=False, now=later(0)))


def test_states_at_one_moment_are_all_kept(connection: sqlite3.Connection) -> None:
    """Two states with the same time stand in the history both, in the order in which they were entered."""
    run = create(connection, 1)
    moment = run.state.timestamp if run.state else later(0)
    propose(connection, run, Running(timestamp=moment))
    history = done(connection, flow_runs.read_flow_run_states(run.id))
    assert [state.type for state in history] == [StateType.PENDING, StateType.RUNNING]


def test_a_result_stays_in_its_process(connection: sqlite3.Connection) -> None:
    """The value of a run is not written into the database; only where it was kept is."""
    run = create(connection, 1)
    for number, data in enumerate(
        [ResultRecord(object()), ResultRecord(1, {"key": "k"}), "text", ValueError("x")]
    ):
        statement = states.insert_state(
            FLOW_RUN_STATE, run.id, Completed(timestamp=later(50 + number), data=data)
        )
        connection.execute(statement.sql, statement.parameters)
    history = done(connection, states.read_states(FLOW_RUN_STATE, run.id))
    assert [state.data for state in history] == [None, None, {"key": "k"}, None, None]
    assert "ValueError" not in "".join(
        str(tuple(row)) for row in connection.execute("SELECT * FROM flow_run_state")
    )


def test_a_flow_run_can_be_renamed(connection: sqlite3.Connection) -> None:
    """The new name is what lists show."""
    run = create(connection, 1)
    done(connection, flow_run_states.rename_flow_run(run.id, "Ünïcode"))
    assert done(connection, flow_runs.read_flow_run(run.id)).name == "Ünïcode"


# --- the plain SQL against the tables ----------------------------------------------------------------------------

WHO = UUID(int=1)
STATES = {"state_types": ["b"], "state_names": ["c"]}
READS: dict[str, Callable[[], Transaction[Any]]] = {
    "list_flow_runs": lambda: flow_runs.list_flow_runs(flow_names=["a"], **STATES, limit=1),
    "count_flow_runs": lambda: flow_runs.count_flow_runs(flow_names=["a"], **STATES),
    "list_task_runs": lambda: task_runs.list_task_runs(flow_run_id=WHO, task_names=["a"], **STATES, limit=1),
    "count_task_runs": lambda: task_runs.count_task_runs(flow_run_id=WHO, task_names=["a"], **STATES),
    "list_logs": lambda: logs.list_logs(flow_run_id=WHO, task_run_id=WHO, minimum_level=1, limit=1),
    "count_logs": lambda: logs.count_logs(flow_run_id=WHO, task_run_id=WHO, minimum_level=1),
}
USES_INDEX: dict[str, Callable[[], Transaction[Any]]] = {
    "flow_run": lambda: flow_runs.read_flow_run(WHO),
    "flow_run_by_expected_start": lambda: flow_runs.list_flow_runs(limit=1),
    "flow_run_by_name": lambda: flow_runs.find_flow_runs("x", limit=1),
    "task_run_by_flow_run": lambda: task_runs.list_task_runs(flow_run_id=WHO, limit=1),
    "task_run_by_expected_start": lambda: task_runs.list_task_runs(limit=1),
    "log_by_flow_run": lambda: logs.list_logs(flow_run_id=WHO, limit=1),
    "log_by_task_run": lambda: logs.list_logs(task_run_id=WHO, limit=1),
    "flow_run_state": lambda: flow_runs.read_flow_run_states(WHO),
    "task_run_state": lambda: task_runs.read_task_run_states(WHO),
}


@pytest.mark.parametrize("name", READS)
def test_the_plain_sql_fits_the_tables(connection: sqlite3.Connection, name: str) -> None:
    """Every condition of every list names columns that there are."""
    assert not done(connection, READS[name]())


@pytest.mark.parametrize("index", USES_INDEX)
def test_lists_stay_quick_in_a_large_database(connection: sqlite3.Connection, index: str) -> None:
    """What people and the engine read often is found by an index instead of by reading the whole table."""
    statement: Any = next(USES_INDEX[index]())
    plan = [
        row["detail"]
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
    ]
    assert any(index in step for step in plan), plan
    assert not any(step.startswith("SCAN") and "INDEX" not in step for step in plan), plan


def test_columns_that_are_changed_exist() -> None:
    """What the rules change of a flow run is a column, or is left out knowingly."""
    assert {"state_id", "state_type", "state_name", "run_count", "start_time", "end_time"} <= set(
        FLOW_RUN.columns
    )
