"""Records in which every field has a value of its own, for the tests of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.schemas.flow_runs import CreatedBy, FlowRun, FlowRunPolicy
from prefect.schemas.flows import Flow
from prefect.schemas.results import ResultRecord
from prefect.schemas.run_inputs import Constant, FlowRunResult, Parameter, TaskRunResult
from prefect.schemas.states import State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy
from prefect.store.sqlite_file import connect
from prefect.store.statements import Transaction
from prefect.store.writer import run_transaction

NOON = datetime(2024, 5, 6, 12, 0, 0, 123456, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """Return a moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a new database of ours."""
    connection = connect(folder / "home" / "prefect.db")
    try:
        yield connection
    finally:
        connection.close()


def done(connection: sqlite3.Connection, transaction: Transaction[Any]) -> Any:
    """Run a transaction and return its result."""
    return run_transaction(connection, transaction)


def a_state(kind: StateType = StateType.SCHEDULED, at: float = 0, **fields: Any) -> State[Any]:
    """Return a state so many seconds after noon."""
    return State[Any](type=kind, timestamp=later(at), **fields)


def a_full_state() -> State[Any]:
    """Return a state in which everything that is stored is said."""
    return State[Any](
        id=UUID(int=90),
        type=StateType.PAUSED,
        name="Suspended",
        timestamp=later(3),
        message="waits for Zoë",
        state_details=StateDetails(
            flow_run_id=UUID(int=1),
            task_run_id=UUID(int=2),
            child_flow_run_id=UUID(int=3),
            scheduled_time=later(10),
            cache_key="key",
            cache_expiration=later(20),
            deferred=True,
            untrackable_result=True,
            pause_timeout=later(30),
            pause_reschedule=True,
            pause_key="pause",
            run_input_keyset={"a": "b"},
            refresh_cache=False,
            retriable=False,
            transition_id=UUID(int=4),
            task_parameters_id=UUID(int=5),
            traceparent="00-1-2-01",
            deployment_concurrency_lease_id=UUID(int=6),
        ),
        data=ResultRecord("value", {"storage": "somewhere"}),
    )


def a_flow() -> Flow:
    """Return a flow in which every field is set."""
    return Flow(
        id=UUID(int=10),
        created=later(-2),
        updated=later(-1),
        name="load",
        tags=["a", "b"],
        labels={"n": 1, "x": True},
    )


def a_full_flow_run() -> FlowRun:
    """Return a flow run in which every field that is stored is set, to a value that is not its default."""
    state = a_full_state()
    return FlowRun(
        id=UUID(int=20),
        created=later(-1),
        updated=later(0),
        name="quiet-otter",
        flow_id=a_flow().id,
        state_id=state.id,
        deployment_id=UUID(int=21),
        deployment_version="v1",
        work_queue_name="queue",
        flow_version="abc",
        parameters={"a": [1, {"b": None}], "ü": "ß"},
        idempotency_key="once",
        context={"who": "me"},
        empirical_policy=FlowRunPolicy(
            retries=3, retry_delay=1.5, pause_keys={"p"}, resuming=True, retry_type="in_process"
        ),
        tags=["x", "y"],
        labels={"team": "data"},
        parent_task_run_id=UUID(int=22),
        state_type=state.type,
        state_name=state.name,
        run_count=2,
        expected_start_time=later(1),
        next_scheduled_start_time=later(2),
        start_time=later(3),
        end_time=later(4),
        total_run_time=timedelta(seconds=1.25),
        auto_scheduled=True,
        infrastructure_document_id=UUID(int=23),
        infrastructure_pid="host:1",
        created_by=CreatedBy(id=UUID(int=24), type="DEPLOYMENT", display_value="nightly"),
        work_queue_id=UUID(int=25),
        work_pool_id=UUID(int=26),
        work_pool_name="pool",
        state=state,
        job_variables={"env": {"A": "1"}},
    )


def a_full_task_run() -> TaskRun:
    """Return a task run in which every field that is stored is set, to a value that is not its default."""
    state = a_full_state()
    return TaskRun(
        id=UUID(int=30),
        created=later(-1),
        updated=later(0),
        name="load-1ab",
        flow_run_id=UUID(int=20),
        task_key="load-12345678",
        dynamic_key="1ab",
        cache_key="cached",
        cache_expiration=later(60),
        task_version="2",
        empirical_policy=TaskRunPolicy(retries=2, retry_delay=[1.5, 2.5], retry_jitter_factor=0.5),
        tags=["t"],
        labels={"big": 1.5},
        state_id=state.id,
        task_inputs={
            "x": [TaskRunResult(id=UUID(int=31)), FlowRunResult(id=UUID(int=32))],
            "y": [Parameter(name="p"), Constant(type="int")],
            "z": [],
        },
        state_type=state.type,
        state_name=state.name,
        run_count=2,
        flow_run_run_count=1,
        expected_start_time=later(1),
        next_scheduled_start_time=later(2),
        start_time=later(3),
        end_time=later(4),
        total_run_time=timedelta(seconds=0.5),
        state=state,
    )


def as_read(run: Any) -> Any:
    """Return a run as it is read: of a result there is only where it was kept, and its times are worked out."""
    return run.model_copy(
        update={
            "state": run.state.model_copy(update={"data": run.state.data.metadata}),
            "estimated_run_time": run.total_run_time,
            "estimated_start_time_delta": run.start_time - run.expected_start_time,
        }
    )
