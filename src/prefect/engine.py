"""The engine's steps under their documented names, and `python -m prefect.engine`, which runs a stored flow run.

Prefect 2 documented these names, and Prefect 3 has the same steps as methods of its engines; here both lead to the one
engine of `prefect.flow_engine` and `prefect.task_engine`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._deployed_flow import load_deployed_flow
from prefect._dual.drivers import arun
from prefect._engine.lifeline import attach, is_held_by_us
from prefect._engine.proposing import propose_state, propose_state_sync
from prefect._engine.signals import capture_sigterm
from prefect._engine.tracking import (
    collect_task_run_inputs,
    collect_task_run_inputs_sync,
    get_state_for_result,
    link_state_to_result,
    resolve_inputs,
    resolve_inputs_sync,
)
from prefect.backend import get_backend
from prefect.context import FlowRunContext
from prefect.exceptions import (
    Abort,
    ObjectNotFound,
    Pause,
    PrefectException,
    TerminationSignal,
)
from prefect.flow_engine import FlowRunEngine, ReturnType, run_flow, run_flow_async
from prefect.flow_runs import pause_flow_run, resume_flow_run, suspend_flow_run
from prefect.futures import PrefectFuture, PrefectFutureList
from prefect.logging.loggers import get_logger
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State
from prefect.states import return_value_to_state
from prefect.task_engine import TaskRunEngine, run_task

if TYPE_CHECKING:
    from prefect.flows import Flow
    from prefect.task_runners import TaskRunner
    from prefect.tasks import Task

__all__ = [
    "Abort",
    "Pause",
    "TerminationSignal",
    "begin_flow_run",
    "begin_task_map",
    "begin_task_run",
    "capture_sigterm",
    "collect_task_run_inputs",
    "collect_task_run_inputs_sync",
    "create_and_begin_subflow_run",
    "create_task_run_future",
    "create_task_run_then_submit",
    "create_then_begin_flow_run",
    "enter_flow_run_engine_from_flow_call",
    "enter_flow_run_engine_from_subprocess",
    "enter_task_run_engine",
    "get_state_for_result",
    "get_task_call_return_value",
    "handle_engine_signals",
    "link_state_to_result",
    "orchestrate_flow_run",
    "orchestrate_task_run",
    "pause_flow_run",
    "propose_state",
    "propose_state_sync",
    "report_flow_run_crashes",
    "report_task_run_crashes",
    "resolve_inputs",
    "resolve_inputs_sync",
    "resume_flow_run",
    "retrieve_flow_then_begin_flow_run",
    "return_value_to_state",
    "suspend_flow_run",
]


def enter_flow_run_engine_from_flow_call(
    flow: Flow[..., Any], parameters: dict[str, Any], wait_for: Any = None, return_type: ReturnType = "result"
) -> Any:
    """Run a flow as a call of it does: its result, or its final state; a coroutine of it for an async flow."""
    return run_flow(flow, parameters=parameters, wait_for=wait_for, return_type=return_type)


def enter_flow_run_engine_from_subprocess(flow_run_id: UUID) -> State[Any]:
    """Run a stored flow run in this process, as `python -m prefect.engine` does, and return its final state.

    Raises:
        ObjectNotFound: There is no such flow run.
        MissingFlowError: It is not known where the flow's code is.
        StepExecutionError: A pull step of its deployment failed.
    """
    return run_stored(flow_run_id)


def run_stored(flow_run_id: UUID, flow: Flow[..., Any] | None = None) -> State[Any]:
    """Run a stored flow run in this process, and return its final state.

    Args:
        flow_run_id: The run.
        flow: Its flow, where it need not be loaded.

    Raises:
        ObjectNotFound: There is no such flow run.
        MissingFlowError: It is not known where the flow's code is.
    """
    flow_run = read_stored(flow_run_id)
    if flow is None:
        flow = load_deployed_flow(flow_run)
    result = run_flow(flow, flow_run=flow_run, parameters=flow_run.parameters, return_type="state")
    if flow.isasync:
        import asyncio

        return asyncio.run(result)
    return result


async def create_then_begin_flow_run(
    flow: Flow[..., Any],
    parameters: dict[str, Any],
    wait_for: Any = None,
    return_type: ReturnType = "result",
    **_: Any,
) -> Any:
    """Store a run of a flow, run it here, and return its result or its final state."""
    return await run_flow_async(flow, parameters=parameters, wait_for=wait_for, return_type=return_type)


async def create_and_begin_subflow_run(
    flow: Flow[..., Any],
    parameters: dict[str, Any],
    wait_for: Any = None,
    return_type: ReturnType = "result",
    **_: Any,
) -> Any:
    """Store a run of a flow as a child of the run that calls it, run it here, and return its result or final state."""
    if FlowRunContext.get() is None:
        raise RuntimeError(f"Flow {flow.name!r} cannot run as a subflow: no flow is running here.")
    return await run_flow_async(flow, parameters=parameters, wait_for=wait_for, return_type=return_type)


async def retrieve_flow_then_begin_flow_run(flow_run_id: UUID, **_: Any) -> State[Any]:
    """Load the flow of a stored run, run it here, and return its final state."""
    flow, flow_run = load_stored(flow_run_id)
    return await begin_flow_run(flow, flow_run, flow_run.parameters)


async def begin_flow_run(
    flow: Flow[..., Any], flow_run: FlowRun, parameters: dict[str, Any], *_: Any, **__: Any
) -> State[Any]:
    """Run a stored flow run with its hooks and its logs, and return its final state."""
    return await run_flow_async(flow, flow_run=flow_run, parameters=parameters, return_type="state")


async def orchestrate_flow_run(
    flow: Flow[..., Any], flow_run: FlowRun, parameters: dict[str, Any], wait_for: Any = None, **_: Any
) -> State[Any]:
    """Take a stored flow run through its states, trying again as its policy says, and return the final one."""
    engine = FlowRunEngine[Any](flow, parameters, flow_run=flow_run, wait_for=wait_for)
    if (await arun(engine.begin_run())) and not engine.state.is_final():
        await arun(engine.attempts())
    return engine.state


def enter_task_run_engine(
    task: Task[..., Any],
    parameters: dict[str, Any],
    wait_for: Any = None,
    return_type: ReturnType = "result",
    **_: Any,
) -> Any:
    """Run a task as a call of it does: its result, or its final state; a coroutine of it for an async task."""
    return run_task(task, parameters=parameters, wait_for=wait_for, return_type=return_type)


get_task_call_return_value = enter_task_run_engine


def create_task_run_future(
    task: Task[..., Any],
    parameters: dict[str, Any],
    wait_for: Any = None,
    task_runner: TaskRunner[Any] | None = None,
    **_: Any,
) -> PrefectFuture[Any]:
    """Start a run of a task on a task runner, by default that of the flow that runs here, and return its future."""
    return _runner(task, task_runner).submit(task, parameters, wait_for=wait_for)


create_task_run_then_submit = create_task_run_future


def begin_task_map(
    task: Task[..., Any],
    parameters: dict[str, Any],
    wait_for: Any = None,
    task_runner: TaskRunner[Any] | None = None,
    **_: Any,
) -> PrefectFutureList[Any]:
    """Start a run of a task for each element of the iterables among the parameters."""
    return _runner(task, task_runner).map(task, parameters, wait_for=wait_for)


async def begin_task_run(
    task: Task[..., Any], parameters: dict[str, Any], wait_for: Any = None, **_: Any
) -> State[Any]:
    """Run a task here with its hooks and its logs, and return its final state."""
    engine = TaskRunEngine[Any](task, parameters, wait_for=wait_for)
    await arun(engine.steps())
    return engine.state


orchestrate_task_run = begin_task_run


@contextmanager
def report_flow_run_crashes(flow_run: FlowRun, *_: Any, **__: Any) -> Generator[None]:
    """Record a flow run as crashed when the block is ended from outside its code; the exception goes on."""
    from prefect.states import crashed_state

    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        get_backend().propose_flow_run_state(flow_run.id, crashed_state(error), force=True).result()
        raise


@contextmanager
def report_task_run_crashes(engine: TaskRunEngine[Any], *_: Any, **__: Any) -> Generator[None]:
    """Record a task run as crashed when the block is ended from outside its code; the exception goes on."""
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        engine.handle_crash(error)
        raise


@contextmanager
def handle_engine_signals(flow_run_id: UUID | None = None) -> Generator[None]:
    """End the process as the outcome of the block asks: 0 where the outcome was recorded, 1 where it was not."""
    logger = get_logger("engine")
    name = str(flow_run_id) if flow_run_id else "<unknown>"
    try:
        yield
    except (Abort, Pause) as signal:
        logger.info("Flow run %s stops here: %s", name, signal)
        sys.exit(0)
    except TerminationSignal:
        raise
    except PrefectException as error:
        logger.error("Flow run %s could not be run: %s", name, error)  # noqa: TRY400 - the message says it all
        sys.exit(1)
    except Exception:
        logger.exception("Flow run %s could not be run", name)
        sys.exit(1)


def _runner(task: Task[..., Any], task_runner: TaskRunner[Any] | None) -> TaskRunner[Any]:
    context = FlowRunContext.get()
    runner = task_runner or (context.task_runner if context else None)
    if runner is None:
        raise RuntimeError(
            f"Task {task.name!r} cannot be submitted: no flow is running here, and no runner was given."
        )
    return runner


def load_stored(flow_run_id: UUID) -> tuple[Flow[..., Any], FlowRun]:
    """Return a stored flow run and its flow, loaded from where its code is.

    Raises:
        ObjectNotFound: There is no such flow run.
        MissingFlowError: It is not known where the flow's code is.
    """
    flow_run = read_stored(flow_run_id)
    return load_deployed_flow(flow_run), flow_run


def read_stored(flow_run_id: UUID) -> FlowRun:
    """Return a stored flow run.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    flow_run = get_backend().read_flow_run(flow_run_id)
    if flow_run is None:
        raise ObjectNotFound(
            KeyError(flow_run_id), f"There is no flow run {flow_run_id} in this PREFECT_HOME."
        )
    return flow_run


def _requested(arguments: list[str], environment: Mapping[str, str]) -> UUID:
    given = arguments[1] if len(arguments) > 1 else environment.get("PREFECT__FLOW_RUN_ID", "")
    try:
        return UUID(given)
    except ValueError:
        sys.exit(f"{given!r} is no id of a flow run. Give one as the argument, or in PREFECT__FLOW_RUN_ID.")


def main() -> None:
    """Run the stored flow run whose id is the first argument, or in PREFECT__FLOW_RUN_ID."""
    from prefect.logging.configuration import ensure_logging_setup

    flow_run_id = _requested(sys.argv, os.environ)
    attach(lambda: is_held_by_us(flow_run_id))
    ensure_logging_setup()
    with handle_engine_signals(flow_run_id):
        enter_flow_run_engine_from_subprocess(flow_run_id)


if __name__ == "__main__":
    main()
