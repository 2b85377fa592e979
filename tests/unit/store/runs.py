"""Runs in the store of this process, for tests that hold on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from prefect.backend import get_backend
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.store.flows import create_flow
from tests.unit.store.building import a_state, later


def perform(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Perform an operation and return its answer."""
    return get_backend().perform(operation, *args, **kwargs).result()


def written(make: Callable[[], Any]) -> Any:
    """Run a transaction that is no operation of its own, and return its result."""
    backend: Any = get_backend()
    return backend._writer.submit(make).result()


def flow_named(name: str = "load") -> UUID:
    """Return the id of the flow of this name, which is stored if it is new."""
    return perform(create_flow, FlowCreate(name=name)).id


def create(number: int, *, kind: StateType = StateType.PENDING, flow: str = "load", **fields: Any) -> FlowRun:
    """Store flow run number so-and-so, expected that many seconds after noon."""
    fields.setdefault("id", UUID(int=number, version=4))
    fields.setdefault("expected_start_time", later(number))
    run = FlowRun(flow_id=flow_named(flow), name=f"run-{number}", state=a_state(kind, number), **fields)
    return get_backend().create_flow_run(run).result()


def record(number: int, *, kind: StateType = StateType.RUNNING, **fields: Any) -> TaskRun:
    """Record task run number so-and-so, expected that many seconds after noon."""
    state = a_state(kind, number)
    fields.setdefault("name", f"task-{number}")
    run = TaskRun(
        id=UUID(int=1000 + number, version=4),
        task_key="k",
        dynamic_key=str(number),
        state=state,
        state_id=state.id,
        state_type=state.type,
        state_name=state.name,
        expected_start_time=later(number),
        **fields,
    )
    get_backend().create_task_run(run)
    get_backend().flush().result()
    return run


def propose(run: FlowRun, state: State[Any], *, force: bool = False) -> Any:
    """Propose a state for a flow run, as the engine does, and return the answer."""
    return get_backend().propose_flow_run_state(run.id, state, force=force).result()


def names(runs: Iterable[Any]) -> list[str]:
    """Return the names of some runs."""
    return [run.name for run in runs]
