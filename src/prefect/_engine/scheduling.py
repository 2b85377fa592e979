"""Scheduling background tasks: a run is stored in the state Scheduled, its parameters and context beside it.

A task worker, of this machine or any that has the same database and storage, finds the run and lives its life.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._clock import now
from prefect._dual.awaiting import finish
from prefect._engine.carried_context import serialize_run_context
from prefect._engine.inputs import resolve
from prefect._engine.portable import portable
from prefect._engine.task_run_begin import create_task_run
from prefect._ids import uuid4
from prefect._visiting import replace
from prefect.backend import get_backend
from prefect.context import FlowRunContext
from prefect.futures import PrefectConcurrentFuture, PrefectDistributedFuture
from prefect.results import ResultStore, get_or_create_default_task_scheduling_storage
from prefect.schemas.run_inputs import RunInput
from prefect.schemas.states import State, StateDetails
from prefect.schemas.task_runs import TaskRun
from prefect.states import Scheduled
from prefect.store.background_tasks import schedule_task_run

if TYPE_CHECKING:
    from prefect.tasks import Task


def schedule(
    task: Task[..., Any],
    parameters: Mapping[str, Any],
    *,
    wait_for: Iterable[Any] | None = None,
    dependencies: Mapping[str, set[RunInput]] | None = None,
) -> PrefectDistributedFuture[Any]:
    """Store a run of a task for a task worker, and return its future.

    Futures of runs in this process, which mean nothing elsewhere, are waited for and replaced by their results.

    Args:
        task: The task.
        parameters: What it is called with, by parameter name.
        wait_for: Futures and states that must have completed first.
        dependencies: Further inputs to record, by parameter name.

    Raises:
        SerializationError: The task's parameters cannot be pickled; the message names the one.
        UpstreamTaskError: A run in this process whose result is needed did not complete.
    """
    task_run = deferred_task_run(task, parameters, wait_for=wait_for, dependencies=dependencies)
    get_backend().perform(schedule_task_run, task_run).result()
    return PrefectDistributedFuture(task_run.id)


def deferred_task_run(
    task: Task[..., Any],
    parameters: Mapping[str, Any],
    *,
    wait_for: Iterable[Any] | None = None,
    dependencies: Mapping[str, Iterable[RunInput]] | None = None,
    task_run_id: UUID | None = None,
) -> TaskRun:
    """Return a run that a task worker can take once it is recorded; its parameters are stored. See `schedule`."""
    waited = list(wait_for or ())
    task_run = create_task_run(
        task, parameters, wait_for=waited, dependencies=dependencies, task_run_id=task_run_id
    )
    flow_context = FlowRunContext.get()
    if flow_context is not None:
        number = int(flow_context.task_run_dynamic_keys.get(task.task_key, -1)) + 1
        flow_context.task_run_dynamic_keys[task.task_key] = number
        vars(task_run).update(dynamic_key=str(number), name=f"{task.name}-{number}")
    what = f"of task {task.name!r}"
    stored = {
        "parameters": {
            name: portable(_here(value), f"Argument {name!r} {what}") for name, value in parameters.items()
        },
        "wait_for": portable([_here(value) for value in waited], f"What a run {what} waits for"),
        "context": portable(serialize_run_context(), f"The context of a run {what}"),
    }
    identifier, moment = uuid4(), now()
    parameters_store().write(stored, key=key_of_parameters(identifier))
    state: State[Any] = Scheduled(
        scheduled_time=moment,
        state_details=StateDetails(
            task_run_id=task_run.id,
            flow_run_id=task_run.flow_run_id,
            deferred=True,
            task_parameters_id=identifier,
        ),
    )
    vars(task_run).update(
        state=state,
        state_id=state.id,
        state_type=state.type,
        state_name=state.name,
        expected_start_time=moment,
        next_scheduled_start_time=moment,
    )
    return task_run


def _here(value: Any) -> Any:
    """Return a value with futures of this process replaced by their results."""

    def result(future: PrefectConcurrentFuture[Any], _: bool) -> Any:
        future.wait()
        return resolve(future)

    return replace(value, PrefectConcurrentFuture, result, unwrap=False)


def parameters_store() -> ResultStore:
    """Return the store that parameters of background tasks are written to and read from."""
    storage: Any = finish(get_or_create_default_task_scheduling_storage())
    return ResultStore(result_storage=storage, cache_result_in_memory=False)


def key_of_parameters(identifier: UUID) -> str:
    """Return the key under which parameters are kept."""
    return f"parameters/{identifier}"
