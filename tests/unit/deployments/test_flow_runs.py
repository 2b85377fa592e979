"""`run_deployment`: runs of deployments that code asks for."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect import flow, task
from prefect.backend import get_backend
from prefect.blocks.system import Secret
from prefect.deployments import arun_deployment, run_deployment
from prefect.exceptions import ObjectNotFound, ParameterTypeError, RequestRefused, UpstreamTaskError
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.run_inputs import TaskRunResult
from prefect.schemas.task_runs import TaskRun
from prefect.states import Completed
from prefect.store.task_run_reading import read_task_run


@flow
def etl(n: int = 1, more: Any = None) -> None:
    """It is never run here: somebody else would."""


@pytest.fixture(autouse=True)
def deployment() -> UUID:
    """Return a deployment."""
    return etl.to_deployment("nightly", version="v1", tags=["night"]).apply()


def standing_for(run: FlowRun) -> TaskRun:
    """Return the task run that stands for a run in the one that asked for it."""
    assert run.parent_task_run_id is not None
    return get_backend().perform(read_task_run, run.parent_task_run_id).result()


def test_a_run_is_created_with_what_is_asked_for(deployment: UUID) -> None:
    """Parameters, tags, name, time and key are the run's; a naive time is UTC."""
    run = run_deployment(
        "etl/nightly",
        parameters={"n": 3},
        scheduled_time=datetime(2030, 1, 1),  # noqa: DTZ001 - what users write
        flow_run_name="asked",
        timeout=0,
        tags=["x"],
        idempotency_key="key",
        job_variables={"a": 1},
    )
    assert (run.name, run.parameters, run.deployment_id) == ("asked", {"n": 3}, deployment)
    assert set(run.tags) == {"night", "x"}
    assert run.job_variables == {"a": 1}
    assert run.state is not None
    assert run.state.state_details.scheduled_time == datetime(2030, 1, 1, tzinfo=UTC)
    assert run.parent_task_run_id is None
    assert run_deployment("etl/nightly", timeout=0, idempotency_key="key").id == run.id


def test_a_deployment_is_named_or_told_by_its_id(deployment: UUID) -> None:
    """An id is as good as the name, as text too."""
    for name in (deployment, str(deployment), "etl/nightly"):
        assert run_deployment(name, timeout=0).deployment_id == deployment


async def test_a_run_is_asked_for_in_async_code(deployment: UUID) -> None:
    """In async code the same name is awaited; there is one for async code only."""
    for asking in (run_deployment, arun_deployment, run_deployment.aio):  # pyright: ignore[reportFunctionMemberAccess] - the documented handle
        asked: Any = asking(name=deployment, timeout=0)
        assert (await asked).deployment_id == deployment


@pytest.mark.parametrize(
    ("words", "kind", "problem"),
    [
        ({"name": "etl"}, ValueError, "Expected format: <FLOW_NAME>/<DEPLOYMENT_NAME>"),
        ({"name": "etl/weekly"}, ObjectNotFound, "weekly"),
        ({"name": uuid4()}, ObjectNotFound, "deployment"),
        ({"timeout": -1}, ValueError, "cannot be negative"),
        ({"parameters": {"n": "many"}}, RequestRefused, "'n'"),
        ({"parameters": {"more": object()}}, ParameterTypeError, "'more'"),
        ({"work_queue_name": "q"}, RequestRefused, "work pool"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    words: dict[str, Any], kind: type[Exception], problem: str
) -> None:
    """The error says what is wrong, and no run is created."""
    every: dict[str, Any] = {"name": "etl/nightly", "timeout": 0, **words}
    with pytest.raises(kind, match=problem):
        run_deployment(**every)


def end(flow_run_id: UUID) -> None:
    """End a run, as a worker would."""
    get_backend().propose_flow_run_state(flow_run_id, Completed(), force=True).result()


def test_the_end_of_the_run_is_waited_for() -> None:
    """The caller gets the run soon after it has ended, though it asks to be looked for only every 5 s."""
    created = threading.Event()
    ended: list[float] = []

    def execute() -> None:
        created.wait()
        end(run_deployment("etl/nightly", timeout=0, idempotency_key="key").id)
        ended.append(time.monotonic())

    worker = threading.Thread(target=execute)
    worker.start()
    created.set()
    run = run_deployment("etl/nightly", idempotency_key="key", timeout=20)
    assert run.state is not None
    assert run.state.is_completed()
    worker.join()
    assert time.monotonic() - ended[0] < 1


def test_a_run_that_does_not_end_in_time_is_returned_as_it_is() -> None:
    """When the time is over, nothing is raised: the state of the run tells."""
    began = time.monotonic()
    run = run_deployment("etl/nightly", timeout=0.1, poll_interval=30)
    assert run.state is not None
    assert run.state.is_scheduled()
    assert time.monotonic() - began < 5


# --- in flows ----------------------------------------------------------------------------------------------------


def test_in_a_flow_the_run_is_a_child_of_its_run() -> None:
    """A task run stands for it in the flow's run, and depends on the tasks whose results it is given."""

    @task
    def number() -> int:
        return 7

    @flow
    def parent() -> Any:
        submitted, called = number.submit(), number(return_state=True)
        return [
            run_deployment("etl/nightly", timeout=0, parameters={"n": submitted, "more": [called]}),
            run_deployment("etl/nightly", timeout=0, as_subflow=False),
            run_deployment("etl/nightly", timeout=0),
            submitted.task_run_id,
        ]

    state: Any = parent(return_state=True)
    child, alone, second, source = state.result()
    assert child.parameters == {"n": 7, "more": [7]}
    assert alone.parent_task_run_id is None
    first, later = standing_for(child), standing_for(second)
    assert first.flow_run_id == later.flow_run_id == state.state_details.flow_run_id
    assert first.task_key == "prefect.deployments.flow_runs.run_deployment.etl-nightly"
    assert (first.dynamic_key, later.dynamic_key) == ("0", "1")
    assert first.task_version == "v1"
    assert first.task_inputs["n"] == [TaskRunResult(id=source)]
    assert len(first.task_inputs["more"]) == 1


def test_in_a_task_the_run_is_a_child_of_the_task() -> None:
    """The task run that stands for it has the task as its parent."""

    @task
    def ask() -> FlowRun:
        return run_deployment("etl/nightly", timeout=0)

    @flow
    def parent() -> Any:
        return ask(return_state=True)

    state = parent()
    assert standing_for(state.result()).task_inputs["__parents__"] == [
        TaskRunResult(id=state.state_details.task_run_id)
    ]


def test_the_task_run_that_stands_for_a_run_ends_with_it() -> None:
    """In the graph of the flow's run the child has the state that it ended in."""

    @flow
    def parent() -> FlowRun:
        child = run_deployment("etl/nightly", timeout=0)
        end(child.id)
        return child

    assert standing_for(parent()).state_name == "Completed"


def test_a_failed_task_stops_what_depends_on_it() -> None:
    """No run is created with the result of a task that has none."""

    @task
    def fail() -> int:
        raise ValueError("no number")

    @flow
    def parent() -> None:
        run_deployment("etl/nightly", timeout=0, parameters={"n": fail.submit()})

    with pytest.raises(UpstreamTaskError):
        parent()


def test_a_saved_block_is_handed_over_as_a_reference() -> None:
    """The run loads the block itself, so no secret is stored with its parameters."""
    secret: Any = Secret(value="s3cr3t")  # pyright: ignore[reportArgumentType, reportUnknownVariableType] - as users write it
    secret.save("token")
    run = run_deployment("etl/nightly", timeout=0, parameters={"more": secret})
    assert "s3cr3t" not in str(run.parameters)
    assert set(run.parameters["more"]) == {"$ref"}
