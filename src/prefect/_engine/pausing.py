"""Pausing, suspending and resuming flow runs.

A paused run keeps its process, which waits until somebody resumes it. A suspended run gives its process up: the code
ends with the signal `Pause`, and once it is resumed a new process runs it from the start. Pauses that the run has
passed already are passed over then: each has a key, by default its number in the run.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._dual.effects import Steps, settle, sleep
from prefect._engine.logs import log
from prefect._engine.paused import refresh, until_resumed
from prefect._ids import uuid4
from prefect.backend import get_backend
from prefect.backend.protocol import Backend
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import FlowPauseTimeout, NotPausedError, Pause
from prefect.input.keysets import keyset_from_paused_state
from prefect.input.run_input import BaseRunInput, run_input_subclass_from_type
from prefect.logging.run_scope import current_scope
from prefect.schemas.orchestration import SetStateStatus, StateWaitDetails
from prefect.schemas.states import State, details_with
from prefect.states import Paused, Suspended
from prefect.store import flow_run_resumptions


def pausing(wait_for_input: Any, timeout: float | None, poll_interval: float, key: str | None) -> Steps[Any]:
    """Pause the flow run that runs here until it is resumed, and return the input it waited for.

    Raises:
        RuntimeError: No flow runs here, or orchestration refuses the pause.
        FlowPauseTimeout: Nobody resumed it in time.
        Abort: The run was ended or begun elsewhere meanwhile.
    """
    context = FlowRunContext.get()
    if context is None:
        raise RuntimeError("Flow runs can only be paused from within a flow run.")
    run_id = context.flow_run.id
    proposed = Paused(pause_expiration_time=_after(timeout), pause_key=_key_of(context, key))
    proposed, model = yield from _asking_for(wait_for_input, proposed, run_id)
    state = yield from _propose(run_id, proposed, "paused")
    if state.is_running():
        return (yield from _input(model, proposed, run_id))
    _say("Pausing flow, execution will continue when this flow run is resumed.")
    context.pauses.waits_here = True
    try:
        yield from until_resumed(context, poll_interval)
    finally:
        context.pauses.waits_here = False
    _say("Resuming flow run execution!")
    return (yield from _input(model, proposed, run_id))


def suspending(
    wait_for_input: Any, flow_run_id: UUID | None, timeout: float | None, key: str | None
) -> Steps[Any]:
    """Suspend a flow run. The one that runs here ends with `Pause`, or returns the input if it has passed already.

    Raises:
        RuntimeError: No flow runs here and none is named, or orchestration refuses.
        ObjectNotFound: The run that is named does not exist.
        Pause: The flow run that runs here is suspended.
    """
    context, run_id = _meant(flow_run_id, "suspended")
    if context is None:
        key = key or str(uuid4())
    elif TaskRunContext.get() is not None:
        raise RuntimeError("Cannot suspend task runs.")
    else:
        key = _key_of(context, key)
    proposed = Suspended(pause_expiration_time=_after(timeout), pause_key=key)
    proposed, model = yield from _asking_for(wait_for_input, proposed, run_id)
    state = yield from _propose(run_id, proposed, "suspended")
    if state.is_running():
        return (yield from _input(model, proposed, run_id))
    if context is not None:
        _say("Suspending flow run, execution will be rescheduled when this flow run is resumed.")
        yield from refresh(context)
        raise Pause(f"Flow run {context.flow_run.name!r} is suspended.", state=state)
    return None


def pausing_another(flow_run_id: UUID, timeout: float | None, key: str | None) -> Steps[None]:
    """Pause a flow run that runs elsewhere. It waits when it next starts a task, or at its end.

    Raises:
        RuntimeError: Orchestration refuses the pause.
        ObjectNotFound: There is no such flow run.
    """
    proposed = Paused(pause_expiration_time=_after(timeout), pause_key=key or str(uuid4()))
    yield from _propose(flow_run_id, proposed, "paused")


def resuming(flow_run_id: UUID, run_input: dict[str, Any] | None) -> Steps[None]:
    """Let a paused or suspended flow run go on.

    Raises:
        NotPausedError: It is not paused.
        FlowPauseTimeout: The time to resume it is over; it has failed.
        RuntimeError: It waits for another input.
        ObjectNotFound: There is no such flow run.
    """
    answer = yield from settle(
        _backend().perform(flow_run_resumptions.resume_flow_run, UUID(str(flow_run_id)), run_input=run_input)
    )
    if answer.status == SetStateStatus.ACCEPT:
        return
    if answer.status == SetStateStatus.ABORT:
        raise NotPausedError("Cannot resume a run that isn't paused!")
    if answer.state is not None and answer.state.is_failed():
        raise FlowPauseTimeout("Flow run can no longer be resumed.")
    raise RuntimeError(f"Cannot resume this run: {getattr(answer.details, 'reason', None)}")


def runs_here(flow_run_id: UUID | None) -> bool:
    """Whether no other flow run is meant than the one that runs here."""
    context = FlowRunContext.get()
    return flow_run_id is None or (context is not None and context.flow_run.id == flow_run_id)


def _meant(flow_run_id: UUID | None, what: str) -> tuple[FlowRunContext | None, UUID]:
    """Return the context if the run that runs here is meant, and the id of the run that is meant."""
    context = FlowRunContext.get()
    if flow_run_id is not None and not runs_here(flow_run_id):
        return None, flow_run_id
    if context is None:
        raise RuntimeError(f"Flow runs can only be {what} from within a flow run.")
    return context, context.flow_run.id


def _key_of(context: FlowRunContext, key: str | None) -> str:
    """Return the key of the next pause of this attempt: the same one each time the code runs from the start."""
    context.pauses.counted += 1
    return key or str(context.pauses.counted)


def _after(timeout: float | None) -> Any:
    return None if timeout is None else now() + timedelta(seconds=timeout)


def _asking_for(
    wait_for_input: Any, proposed: State[Any], run_id: UUID
) -> Steps[tuple[State[Any], type[BaseRunInput] | None]]:
    """Store what the run will wait for, before anybody can see that it waits."""
    if wait_for_input is None:
        return proposed, None
    model = run_input_subclass_from_type(wait_for_input)
    keyset = keyset_from_paused_state(proposed)
    yield from model.saving(keyset, run_id)
    return details_with(proposed, {"run_input_keyset": keyset}), model


def _input(model: type[BaseRunInput] | None, proposed: State[Any], run_id: UUID) -> Steps[Any]:
    if model is None:
        return None
    return (yield from model.loading(keyset_from_paused_state(proposed), run_id))


def _propose(run_id: UUID, proposed: State[Any], what: str) -> Steps[State[Any]]:
    """Propose a pause. Return the state that holds then: paused, or running if this pause has been passed before.

    Raises:
        RuntimeError: The run cannot pause.
        Pause: It is paused already.
    """
    while True:
        answer = yield from settle(_backend().propose_flow_run_state(run_id, proposed))
        if not isinstance(answer.details, StateWaitDetails):
            break
        yield from sleep(answer.details.delay_seconds)
    reason, state = getattr(answer.details, "reason", None), answer.state
    if answer.status == SetStateStatus.ABORT:
        raise RuntimeError(f"Flow run cannot be {what}: {reason}")
    assert state is not None  # every flow run is in one
    if answer.status == SetStateStatus.REJECT and state.is_paused():
        raise Pause(reason, state=state)
    if not state.is_paused() and not state.is_running():
        raise RuntimeError(f"Flow run cannot be {what}. Received unexpected state from API: {state}")
    return state


def _backend() -> Backend:
    context = FlowRunContext.get()
    return context.backend if context is not None else get_backend()


def _say(message: str) -> None:
    scope = current_scope.get()
    if scope is not None:
        log(scope, logging.INFO, message)
