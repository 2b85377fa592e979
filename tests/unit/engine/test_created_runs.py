"""Runs of tasks that code makes by hand."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect import flow, task
from prefect.backend import get_backend
from prefect.context import FlowRunContext
from prefect.futures import PrefectDistributedFuture
from prefect.schemas.run_inputs import TaskRunResult
from prefect.schemas.task_runs import TaskRun
from prefect.task_engine import run_task_sync


@task
def double(number: int) -> int:
    """Return twice a number."""
    return number * 2


def make(how: str, **options: Any) -> TaskRun:
    """Make a run of `double`."""
    return asyncio.run(getattr(double, how)(parameters={"number": 3}, **options))


@pytest.mark.parametrize("how", ["create_run", "create_local_run"])
def test_a_run_is_pending_until_it_is_run(how: str) -> None:
    """A run that is made by hand is Pending; only one that was created is recorded; both can be run."""
    known = uuid4()
    run = make(how, id=known)
    assert (run.id, run.name) == (known, "double")
    assert run.state is not None
    assert run.state.is_pending()
    assert (get_backend().read_task_run(known) is not None) == (how == "create_run")
    assert run_task_sync(double, task_run=run, parameters={"number": 3}) == 6
    get_backend().flush().result(60)
    recorded = get_backend().read_task_run(known)
    assert (recorded.state_name if recorded else None) == ("Completed" if how == "create_run" else None)


def test_a_deferred_run_waits_for_a_task_worker() -> None:
    """A run that is deferred is Scheduled, with its parameters stored, as one that was delayed."""
    run = make("create_run", deferred=True)
    assert run.state is not None
    assert run.state.is_scheduled()
    assert run.state.state_details.deferred
    assert run.state.state_details.task_parameters_id is not None
    assert PrefectDistributedFuture(run.id).state.is_scheduled()


def test_a_run_belongs_to_the_flow_run_around() -> None:
    """A run belongs to the flow run that runs here, or to the one whose context is given; inputs are noted."""
    upstream = TaskRunResult(id=uuid4())

    @flow
    def outer() -> tuple[UUID, UUID | None, FlowRunContext, TaskRun]:
        context = FlowRunContext.get()
        assert context is not None
        run = make("create_local_run", flow_run_context=context, extra_task_inputs={"number": {upstream}})
        return context.flow_run.id, run.flow_run_id, context, run

    flow_run_id, of_run, context, run = outer()
    assert flow_run_id == of_run
    assert run.name.startswith("double-")
    assert run.task_inputs["number"] == [upstream]
    assert make("create_local_run", flow_run_context=context).flow_run_id == flow_run_id
    assert make("create_local_run").flow_run_id is None
