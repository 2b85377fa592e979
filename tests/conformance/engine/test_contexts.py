"""The contexts inside runs, and `prefect.runtime`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from prefect import flow, task
from prefect.context import FlowRunContext, TaskRunContext, get_run_context
from prefect.exceptions import MissingContextError
from prefect.runtime import flow_run, task_run
from prefect.task_runners import ThreadPoolTaskRunner


@task(tags=["t"])
def look(x: Any) -> dict[str, Any]:
    context = get_run_context()
    assert isinstance(context, TaskRunContext)
    assert TaskRunContext.get() is context
    assert context.task.name == look.name
    assert context.parameters == {"x": x}
    assert task_run.id == str(context.task_run.id)
    around = FlowRunContext.get()
    return {
        "id": task_run.id,
        "name": task_run.name,
        "task_name": task_run.task_name,
        "parameters": task_run.parameters,
        "run_count": task_run.run_count,
        "tags": list(task_run.tags),
        "flow_run_id": str(context.task_run.flow_run_id),
        "around": str(around.flow_run.id) if around else None,
    }


@pytest.mark.parametrize("how", ["call", "submit"])
def test_a_task_knows_its_run(how: str, recorded: Any) -> None:
    """The context and `prefect.runtime.task_run` describe the task run, called or submitted."""
    seen = flow(lambda: look(3) if how == "call" else look.submit(3).result(), name="parent")()
    run = recorded.task_run()
    assert seen == {
        "id": str(run.id),
        "name": run.name,
        "task_name": "look",
        "parameters": {"x": 3},
        "run_count": 1,
        "tags": ["t"],
        "flow_run_id": str(recorded.flow_run().id),
        "around": str(recorded.flow_run().id),
    }


def test_a_flow_knows_its_run(recorded: Any) -> None:
    """The context and `prefect.runtime.flow_run` describe the flow run."""

    @flow(name="Looks", log_prints=True)
    def parent(x: int) -> None:
        context = get_run_context()
        assert context is FlowRunContext.get()
        assert TaskRunContext.get() is None
        assert (context.flow.name, context.parameters, context.log_prints) == ("Looks", {"x": 3}, True)
        assert isinstance(context.task_runner, ThreadPoolTaskRunner)
        assert isinstance(context.start_time, datetime)
        assert UUID(flow_run.id) == context.flow_run.id
        assert (flow_run.name, flow_run.flow_name) == (context.flow_run.name, "Looks")
        assert flow_run.parameters == {"x": 3}
        assert flow_run.run_count == 1
        assert flow_run.flow_version == context.flow.version
        assert flow_run.job_variables == {}
        assert isinstance(flow_run.scheduled_start_time, datetime)
        assert flow_run.parent_flow_run_id is None
        assert flow_run.root_flow_run_id == flow_run.id
        assert task_run.id is None

    parent(3)
    assert recorded.flow_run_states()[-1] == "COMPLETED/Completed"


def test_outside_of_runs_there_is_nothing() -> None:
    """Outside of runs the runtime has empty values, and there is no context."""
    assert FlowRunContext.get() is None
    assert TaskRunContext.get() is None
    with pytest.raises(MissingContextError):
        get_run_context()
    assert (flow_run.id, flow_run.name, flow_run.flow_name, flow_run.flow_version) == (None, None, None, None)
    assert (flow_run.tags, flow_run.parameters, flow_run.run_count) == ([], {}, 0)
    assert (flow_run.parent_flow_run_id, flow_run.root_flow_run_id) == (None, None)
    assert (task_run.id, task_run.name, task_run.task_name) == (None, None, None)
    assert (task_run.tags, task_run.parameters, task_run.run_count) == ([], {}, 0)


def test_a_task_without_a_flow_has_only_its_own_context(recorded: Any) -> None:
    """A task that is called outside flows knows its run and no flow run."""
    seen = look(1)
    assert (seen["around"], seen["flow_run_id"]) == (None, "None")
    assert seen["id"] == str(recorded.task_run().id)
    assert flow_run.id is None


@pytest.mark.parametrize("module", [flow_run, task_run])
def test_unknown_names_of_the_runtime_are_told(module: Any) -> None:
    """A name that the runtime does not have is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="nope"):
        _ = module.nope


async def test_async_runs_know_themselves() -> None:
    """The contexts work in async flows and tasks."""

    @task
    async def inner() -> Any:
        return task_run.id, flow_run.id

    @flow
    async def outer() -> Any:
        return flow_run.id, await inner(), inner.submit().result(), task_run.id

    flow_id, (first, around), (second, around_submitted), nothing = await outer()
    assert flow_id == around == around_submitted
    assert first != second
    assert nothing is None
