"""A flow run that is paused: whether it may begin, when it notices, and how it waits until somebody resumes it."""

from __future__ import annotations

import time
from typing import Any, NoReturn

from prefect._clock import now
from prefect._dual.effects import Steps, call, settle, sleep
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, FlowPauseTimeout, ObjectNotFound, Pause
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State
from prefect.states import Cancelled

OFTEN = 0.25
"""How many seconds pass at most between two looks; a look into a database of this machine costs next to nothing."""


def may_begin(run: FlowRun) -> bool:
    """Whether a stored run may begin: one that has ended is over.

    Raises:
        Pause: It is paused or suspended; only resuming it lets it go on.
    """
    assert run.state is not None  # a stored run is in one
    if run.state.is_paused():
        raise Pause(
            f"Flow run {run.name!r} is {str(run.state.name).lower()}; resume it first.", state=run.state
        )
    return not run.state.is_final()


def notice_pause(context: FlowRunContext) -> None:
    """See whether somebody paused or suspended the run that runs here, at most a few times in a second.

    Raises:
        Pause: It was suspended: its code has to end here.
    """
    pauses, moment = context.pauses, time.monotonic()
    if pauses.waits_here or moment - pauses.looked_at < OFTEN:
        return
    pauses.looked_at = moment
    stored = context.backend.glance_at_flow_run(context.flow_run.id)
    if stored is None or stored.state is None or not stored.state.is_paused():
        return
    vars(context.flow_run).update(vars(stored))
    if stored.state.state_details.pause_reschedule:
        raise Pause(f"Flow run {stored.name!r} was suspended.", state=stored.state)
    pauses.asked_for = True


def heed_pause(context: FlowRunContext | None) -> Steps[None]:
    """Wait while the run that runs here is paused from outside, if it was noticed that it is.

    Raises:
        FlowPauseTimeout: Nobody resumed it in time.
    """
    if context is None or not context.pauses.asked_for or context.pauses.waits_here:
        return
    yield from until_resumed(context, OFTEN)
    context.pauses.asked_for = False


def until_resumed(context: FlowRunContext, poll_interval: float) -> Steps[None]:
    """Wait until somebody resumes the run, and take over its record."""
    began, pause = time.monotonic(), 0.01
    while True:
        run = yield from refresh(context)
        state = run.state
        assert state is not None  # every flow run is in one
        if state.is_running():
            return
        due = state.state_details.pause_timeout
        if not state.is_paused():
            yield from _not_to_be_resumed(context, state)
        left = OFTEN if due is None else (due - now()).total_seconds()
        if left < 0:
            raise FlowPauseTimeout("Flow run was paused and never resumed.")
        yield from sleep(min(pause, left + 0.001))
        # Quick at first, for tests and for programs that resume each other; then as rarely as asked for.
        pause = min(max((time.monotonic() - began) / 4, 0.01), OFTEN, max(poll_interval, 0.01))


def _not_to_be_resumed(context: FlowRunContext, state: State[Any]) -> Steps[NoReturn]:
    run = context.flow_run
    if state.is_failed():
        raise FlowPauseTimeout("Flow run was paused and never resumed.")
    if state.is_cancelling():
        answer = yield from settle(context.backend.propose_flow_run_state(run.id, Cancelled(), force=True))
        state = answer.state or state
        vars(run).update(state=state, state_id=state.id, state_type=state.type, state_name=state.name)
    raise Abort(
        f"Flow run {run.name!r} was paused here and is {state.name} now: it does not go on in this process."
    )


def refresh(context: FlowRunContext) -> Steps[FlowRun]:
    """Take over the stored record of the run that runs here.

    Raises:
        ObjectNotFound: It was deleted.
    """
    run = context.flow_run
    stored = yield from call(context.backend.read_flow_run, run.id)
    if stored is None:
        raise ObjectNotFound(KeyError(run.id), f"Flow run {run.name!r} ({run.id}) was deleted while it ran.")
    vars(run).update(vars(stored))
    return run
