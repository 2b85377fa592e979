"""Pausing, suspending, resuming and waiting for flow runs, under their public names.

In async code each function returns an awaitable.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar, overload
from uuid import UUID

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect._engine import pausing as steps
from prefect._engine.resuming import claiming_retry
from prefect._engine.waiting_for_end import waiting_for_end
from prefect.exceptions import FlowPauseTimeout, FlowRunWaitTimeout, NotPausedError
from prefect.flow_engine import run_flow
from prefect.results.reaching import AWAITING, BLOCKING, Reach
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State

if TYPE_CHECKING:
    from prefect.flows import Flow

__all__ = [
    "FlowPauseTimeout",
    "FlowRunWaitTimeout",
    "NotPausedError",
    "apause_flow_run",
    "aresume_flow_run",
    "aretry_flow_run",
    "asuspend_flow_run",
    "pause_flow_run",
    "resume_flow_run",
    "retry_flow_run",
    "suspend_flow_run",
    "wait_for_flow_run",
]

T = TypeVar("T")


def _pausing(
    wait_for_input: Any,
    timeout: float | None,
    poll_interval: float,
    key: str | None,
    flow_run_id: UUID | None,
    reschedule: bool,
) -> Steps[Any]:
    if isinstance(wait_for_input, UUID):
        # Prefect 2 had the flow run's id in the first place; an id is no type of input.
        wait_for_input, flow_run_id = None, wait_for_input
    if reschedule:
        return steps.suspending(wait_for_input, flow_run_id, timeout, key)
    if flow_run_id is not None and not steps.runs_here(flow_run_id):
        return steps.pausing_another(flow_run_id, timeout, key)
    return steps.pausing(wait_for_input, timeout, poll_interval, key)


@overload
async def apause_flow_run(
    wait_for_input: None = None,
    timeout: float | None = 3600,
    poll_interval: float = 10,
    key: str | None = None,
    *,
    flow_run_id: UUID | None = None,
    reschedule: bool = False,
) -> None: ...
@overload
async def apause_flow_run(
    wait_for_input: type[T],
    timeout: float | None = 3600,
    poll_interval: float = 10,
    key: str | None = None,
    *,
    flow_run_id: UUID | None = None,
    reschedule: bool = False,
) -> T: ...
async def apause_flow_run(
    wait_for_input: Any = None,
    timeout: float | None = 3600,
    poll_interval: float = 10,
    key: str | None = None,
    *,
    flow_run_id: UUID | None = None,
    reschedule: bool = False,
) -> Any:
    """Pause the flow run that runs here until it is resumed; the form for async code. See `pause_flow_run`."""
    return await arun(_pausing(wait_for_input, timeout, poll_interval, key, flow_run_id, reschedule))


@overload
def pause_flow_run(
    wait_for_input: None = None,
    timeout: float | None = 3600,
    poll_interval: float = 10,
    key: str | None = None,
    *,
    flow_run_id: UUID | None = None,
    reschedule: bool = False,
) -> None: ...
@overload
def pause_flow_run(
    wait_for_input: type[T],
    timeout: float | None = 3600,
    poll_interval: float = 10,
    key: str | None = None,
    *,
    flow_run_id: UUID | None = None,
    reschedule: bool = False,
) -> T: ...
@async_dispatch(apause_flow_run)
def pause_flow_run(
    wait_for_input: Any = None,
    timeout: float | None = 3600,
    poll_interval: float = 10,
    key: str | None = None,
    *,
    flow_run_id: UUID | None = None,
    reschedule: bool = False,
) -> Any:
    """Pause the flow run that runs here until somebody resumes it. The process waits.

    Args:
        wait_for_input: A `RunInput`, a pydantic model or a plain type: resume with an input of that type.
        timeout: Seconds after which the run fails if nobody resumed it.
        poll_interval: Seconds between two looks whether it was resumed, at most.
        key: A name for this pause. When the code runs from the start again, pauses that were passed are passed over.
        flow_run_id: Pause another flow run: it waits when it next starts a task.
        reschedule: Suspend the run instead; see `suspend_flow_run`.

    Returns:
        The input that the run was resumed with, if it waited for one.

    Raises:
        RuntimeError: No flow runs here, or the run cannot pause.
        FlowPauseTimeout: Nobody resumed the run in time.

    Example:
        >>> @flow
        ... def release():
        ...     build()
        ...     pause_flow_run(timeout=600)  # goes on after `resume_flow_run` elsewhere
        ...     publish()
    """
    return run(_pausing(wait_for_input, timeout, poll_interval, key, flow_run_id, reschedule))


@overload
async def asuspend_flow_run(
    wait_for_input: None = None,
    flow_run_id: UUID | None = None,
    timeout: float | None = None,
    key: str | None = None,
) -> None: ...
@overload
async def asuspend_flow_run(
    wait_for_input: type[T],
    flow_run_id: UUID | None = None,
    timeout: float | None = None,
    key: str | None = None,
) -> T: ...
async def asuspend_flow_run(
    wait_for_input: Any = None,
    flow_run_id: UUID | None = None,
    timeout: float | None = None,
    key: str | None = None,
) -> Any:
    """Suspend a flow run until it is resumed; the form for async code. See `suspend_flow_run`."""
    return await arun(steps.suspending(wait_for_input, flow_run_id, timeout, key))


@overload
def suspend_flow_run(
    wait_for_input: None = None,
    flow_run_id: UUID | None = None,
    timeout: float | None = None,
    key: str | None = None,
) -> None: ...
@overload
def suspend_flow_run(
    wait_for_input: type[T],
    flow_run_id: UUID | None = None,
    timeout: float | None = None,
    key: str | None = None,
) -> T: ...
@async_dispatch(asuspend_flow_run)
def suspend_flow_run(
    wait_for_input: Any = None,
    flow_run_id: UUID | None = None,
    timeout: float | None = None,
    key: str | None = None,
) -> Any:
    """Suspend a flow run: its process ends, and when it is resumed it is run from the start in a new one.

    Task runs that have completed and whose results were persisted are not run again then. The run needs a deployment,
    which says how to start it again. Suspending the run that runs here ends its code at this line.

    Args:
        wait_for_input: A `RunInput`, a pydantic model or a plain type: resume with an input of that type.
        flow_run_id: The flow run; by default the one that runs here. Another one ends when it next starts a task.
        timeout: Seconds after which the run fails if nobody resumed it; None waits for ever.
        key: A name for this pause. When the code runs from the start again, pauses that were passed are passed over.

    Returns:
        The input that the run was resumed with, if it waited for one and runs for the second time.

    Raises:
        RuntimeError: No flow runs here, or the run cannot be suspended.
        Pause: The flow run that runs here is suspended. Let this one pass: it ends the run.
        ObjectNotFound: There is no such flow run.
    """
    return run(steps.suspending(wait_for_input, flow_run_id, timeout, key))


async def aresume_flow_run(flow_run_id: UUID, run_input: dict[str, Any] | None = None) -> None:
    """Let a paused flow run go on; the form for async code. See `resume_flow_run`."""
    await arun(steps.resuming(flow_run_id, run_input))


@async_dispatch(aresume_flow_run)
def resume_flow_run(flow_run_id: UUID, run_input: dict[str, Any] | None = None) -> None:
    """Let a paused or suspended flow run go on, from any process.

    A paused run goes on in its own process; a suspended one is scheduled, to be started again.

    Args:
        flow_run_id: The flow run.
        run_input: The input that it waits for, by field name. For a plain type the field is `value`.

    Raises:
        NotPausedError: It is not paused, or somebody else has resumed it already.
        FlowPauseTimeout: The time to resume it is over; it has failed.
        RuntimeError: The input does not fit what the run waits for. The run stays paused.
        ObjectNotFound: There is no such flow run.
    """
    run(steps.resuming(flow_run_id, run_input))


async def wait_for_flow_run(
    flow_run_id: UUID,
    timeout: int | None = 10800,
    poll_interval: int | None = None,
    client: Any = None,
    log_states: bool = False,
) -> FlowRun:
    """Wait until a flow run has ended and return it.

    Args:
        flow_run_id: The flow run.
        timeout: Seconds to wait at most; None waits for ever.
        poll_interval: Seconds between two looks, at most.
        client: Accepted for compatibility.
        log_states: Log each state that the run is seen in.

    Raises:
        FlowRunWaitTimeout: It did not end in time.
        ObjectNotFound: There is no such flow run.
    """
    del client
    return await arun(_waiting(UUID(str(flow_run_id)), timeout, poll_interval, log_states=log_states))


async def aretry_flow_run(
    flow_run_id: UUID,
    flow: Flow[..., Any] | None = None,
    *,
    from_task: str | None = None,
    entrypoint: str | None = None,
    force: bool = False,
) -> State[Any]:
    """Go on with a flow run that ended or died; the form for async code. See `retry_flow_run`."""
    return await arun(_retrying(flow_run_id, flow, from_task, entrypoint, AWAITING, force=force))


@async_dispatch(aretry_flow_run)
def retry_flow_run(
    flow_run_id: UUID,
    flow: Flow[..., Any] | None = None,
    *,
    from_task: str | None = None,
    entrypoint: str | None = None,
    force: bool = False,
) -> State[Any]:
    """Go on, in this process, with a flow run that failed, was cancelled or died, and return its final state.

    Tasks that completed and persisted their results are not called again; the log says which.

    Args:
        flow_run_id: The flow run.
        flow: Its flow; by default it is loaded from the file or module that the run recorded.
        from_task: The name of a task, or of a task run or its id: it runs again, with all that depends on it.
        entrypoint: Where to load the flow from instead: "path/to/file.py:flow_function".
        force: Go on even if it cannot be told that the process of an unfinished run is gone.

    Raises:
        ObjectNotFound: There is no such flow run, or no such task in it.
        FlowRunInProgress: The run has not ended, and its process may be alive.
        MissingFlowError: The code of the flow is not there.
        ParameterTypeError: The record does not hold the values of all parameters.

    Example:
        >>> state = pipeline(return_state=True)  # fails
        >>> retry_flow_run(state.state_details.flow_run_id)
    """
    return run(_retrying(flow_run_id, flow, from_task, entrypoint, BLOCKING, force=force))


def _retrying(
    flow_run_id: UUID,
    flow: Flow[..., Any] | None,
    from_task: str | None,
    entrypoint: str | None,
    reach: Reach,
    *,
    force: bool,
) -> Steps[State[Any]]:
    claimed = yield from claiming_retry(
        flow_run_id, flow, entrypoint=entrypoint, from_task=from_task, force=force
    )
    rerun = functools.partial(
        run_flow,
        claimed.flow,
        flow_run=claimed.flow_run,
        parameters=claimed.flow_run.parameters,
        return_type="state",
    )
    return (yield from reach.function(rerun))


def _waiting(
    flow_run_id: UUID, timeout: float | None, poll_interval: float | None, *, log_states: bool
) -> Steps[FlowRun]:
    flow_run = yield from waiting_for_end(flow_run_id, timeout, poll_interval, log_states=log_states)
    if flow_run.state is None or not flow_run.state.is_final():
        raise FlowRunWaitTimeout(
            f"Flow run with ID {flow_run_id} exceeded watch timeout of {timeout} seconds"
        )
    return flow_run
