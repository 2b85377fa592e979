"""Proposing states of flow runs from outside their engine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle, sleep
from prefect.backend import get_backend
from prefect.exceptions import Abort, Pause
from prefect.schemas.orchestration import SetStateStatus, StateWaitDetails
from prefect.schemas.states import State


def _propose(state: State[Any], flow_run_id: UUID | None, *, force: bool) -> Steps[State[Any]]:
    if flow_run_id is None:
        raise ValueError(
            "propose_state needs a flow_run_id. Task runs are orchestrated by the process that runs them: "
            "no state can be proposed for them from outside."
        )
    while True:
        answer = yield from settle(get_backend().propose_flow_run_state(flow_run_id, state, force=force))
        if not isinstance(answer.details, StateWaitDetails):
            break
        yield from sleep(answer.details.delay_seconds)
    if answer.status == SetStateStatus.ABORT:
        raise Abort(f"Flow run {flow_run_id} was aborted: {getattr(answer.details, 'reason', None)}")
    assert answer.state is not None  # every flow run is in a state
    if answer.status == SetStateStatus.REJECT and answer.state.is_paused():
        raise Pause(f"Flow run {flow_run_id} is paused.", state=answer.state)
    return answer.state


def _arguments(args: tuple[Any, ...], named: dict[str, Any]) -> tuple[State[Any], UUID | None, bool]:
    """Accept (client, state, flow_run_id, force) as well as (state, task_run_id=None, flow_run_id=None)."""
    left = list(args)
    if left and not isinstance(left[0], State):
        left.pop(0)
    state = left.pop(0) if left else named.get("state")
    flow_run_id = left.pop(0) if left else named.get("flow_run_id")
    force = left.pop(0) if left else named.get("force", False)
    if not isinstance(state, State):
        raise TypeError(f"propose_state needs the state to propose; it was given {state!r}.")
    return state, flow_run_id, bool(force)  # pyright: ignore[reportUnknownVariableType] - a state of anything


async def propose_state(*args: Any, **named: Any) -> State[Any]:
    """Propose a state for a flow run and return the state that holds then.

    Waits and proposes again while orchestration says so. Called with (client, state, flow_run_id, force=False), or
    without the client.

    Raises:
        ValueError: No flow run is named.
        Abort: The run must not go on.
        Pause: The run is paused instead.
        ObjectNotFound: There is no such flow run.
    """
    state, flow_run_id, force = _arguments(args, named)
    return await arun(_propose(state, flow_run_id, force=force))


def propose_state_sync(*args: Any, **named: Any) -> State[Any]:
    """Propose a state for a flow run; the form for sync code. See `propose_state`."""
    state, flow_run_id, force = _arguments(args, named)
    return run(_propose(state, flow_run_id, force=force))
