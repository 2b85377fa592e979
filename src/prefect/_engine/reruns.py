"""What a flow run that runs again finds of its earlier attempts: subflow runs at the same place of its code.

A subflow run that completed with a stored result is not run again. One that did not end well goes on under its own id
when somebody retried the whole run, so that its completed tasks are found; an attempt that follows at once, in the same
process, makes a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._dual.effects import Steps, settle
from prefect.orchestration.terminal import has_persisted_result
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.store.earlier_runs import latest_run_under, standing_task_run

if TYPE_CHECKING:
    from prefect._engine.flow_run import FlowRunEngine
    from prefect.backend.protocol import Backend
    from prefect.context import EngineContext

REFRESHED = "refreshed"
"""Under this name the context of a flow run that was retried by hand tells which results are made anew."""


def earlier_standing_run(backend: Backend, context: EngineContext, new: TaskRun) -> TaskRun | None:
    """Return the task run that stood for a subflow in an earlier process that ran the calling flow run."""
    if REFRESHED not in context.flow_run.context:
        return None
    return backend.perform(standing_task_run, context.flow_run.id, new.task_key, new.dynamic_key).result()


def earlier_run(engine: FlowRunEngine[Any], standing: TaskRun) -> Steps[FlowRun | None]:
    """Return the subflow run to go on with, or whose result to take; None to make a new one."""
    context = engine.parent_context
    if context is None or context.flow_run.run_count <= 1:
        return None
    yield from settle(engine.backend.flush())
    found = yield from settle(engine.backend.perform(latest_run_under, standing.id))
    if found is None or found.state is None:
        return None
    if found.state.is_completed():
        again = str(found.id) in context.flow_run.context.get(REFRESHED, ())
        return None if again or not has_persisted_result(found.state) else found
    if REFRESHED not in context.flow_run.context:
        return None
    waiting: State[Any] = State(type=StateType.SCHEDULED, name="AwaitingRetry")
    yield from settle(engine.backend.propose_flow_run_state(found.id, waiting, force=True))
    found = engine.backend.read_flow_run(found.id)
    if found is not None:
        found.context = {**found.context, REFRESHED: context.flow_run.context[REFRESHED]}
    return found
