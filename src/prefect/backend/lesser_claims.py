"""Claims on flow runs at a server that knows none: who enters Pending first has the run, and nothing lapses.

Such a server has no fences, so 0 stands for the number of every claim. Its users watch runs by heartbeats, which are
events; they are sent as often as the setting `flows.heartbeat_frequency` says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._dual.effects import Steps
from prefect._transport.proposals import proposal
from prefect.schemas.events import Event
from prefect.schemas.flow_run_claims import (
    ClaimRenewal,
    ClaimStanding,
    FlowRunClaim,
    FlowRunClaimCreate,
    FlowRunClaimResult,
)
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunFilterId
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import (
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateAcceptDetails,
)
from prefect.schemas.resources import Resource
from prefect.schemas.states import State, StateType
from prefect.settings import get_current_settings
from prefect.store import events, flow_run_claims, flow_run_states, flow_runs
from prefect.store.flow_run_events import HEARTBEAT
from prefect.store.lost_runs import WITHOUT_A_WORD

Ask = Callable[..., Steps[Any]]

NO_FENCE = 0
"""What stands for the number of a claim where there are none."""

_AT_ONCE = 200
_last_beats: dict[UUID, datetime] = {}


def _claim(ask: Ask, flow_run_id: UUID, claim: FlowRunClaimCreate) -> Steps[FlowRunClaimResult]:
    run: FlowRun = yield from ask(flow_runs.read_flow_run, flow_run_id)
    if run.state_type is not StateType.SCHEDULED:
        reason = f"The run is {run.state_name}: only one that is scheduled can be claimed."
        return FlowRunClaimResult(claim=None, orchestration=_aborted(run, reason))
    answer = yield from _propose(ask, flow_run_id, State(type=StateType.PENDING))
    if answer.status is not SetStateStatus.ACCEPT:
        return FlowRunClaimResult(claim=None, orchestration=answer)
    taken = FlowRunClaim(
        flow_run_id=flow_run_id,
        owner=claim.owner,
        fence=NO_FENCE,
        lease_seconds=claim.lease_seconds,
        claimed_at=now(),
    )
    return FlowRunClaimResult(claim=taken, orchestration=answer)


def _renew(ask: Ask, renewals: list[ClaimRenewal], owner: str) -> Steps[list[ClaimStanding]]:
    """A claim is held as long as there is the run; whoever holds it says that it is heard of."""
    del owner
    found: dict[UUID, FlowRun] = {}
    for start in range(0, len(renewals), _AT_ONCE):
        ids = [each.flow_run_id for each in renewals[start : start + _AT_ONCE]]
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=ids))
        page: list[FlowRun] = yield from ask(flow_runs.read_flow_runs, flow_runs=wanted, limit=_AT_ONCE)
        found.update((run.id, run) for run in page)
    yield from _beat(ask, list(found.values()))
    standings: list[ClaimStanding] = []
    for renewal in renewals:
        run = found.get(renewal.flow_run_id)
        standings.append(
            ClaimStanding(
                flow_run_id=renewal.flow_run_id,
                fence=NO_FENCE if renewal.fence is None else renewal.fence,
                is_held=run is not None,
                state_type=run.state_type if run else None,
                state_name=run.state_name if run else None,
            )
        )
    return standings


def _beat(ask: Ask, runs: list[FlowRun]) -> Steps[None]:
    frequency = get_current_settings().flows.heartbeat_frequency
    if frequency is None:
        return
    moment = now()
    latest = moment - timedelta(seconds=frequency)
    due = [
        run
        for run in runs
        if run.state_type is StateType.RUNNING and _last_beats.get(run.id, latest) <= latest
    ]
    if not due:
        return
    told = [
        Event(
            event=HEARTBEAT,
            resource=Resource(
                {"prefect.resource.id": f"prefect.flow-run.{run.id}", "prefect.resource.name": run.name}
            ),
        )
        for run in due
    ]
    yield from ask(events.create_events, told)
    _last_beats.update((run.id, moment) for run in due)


def _release(ask: Ask, flow_run_id: UUID, fence: int) -> Steps[None]:
    """A run that says that it still runs has crashed: its process ended without a word."""
    _last_beats.pop(flow_run_id, None)
    run: FlowRun = yield from ask(flow_runs.read_flow_run, flow_run_id)
    if run.state_type in flow_run_claims.WITHOUT_AN_END:
        yield from _report_crash(ask, flow_run_id, fence, WITHOUT_A_WORD)


def _report_crash(
    ask: Ask, flow_run_id: UUID, fence: int, message: str, retry: bool = True
) -> Steps[OrchestrationResult]:
    """Such a server executes no run again by itself."""
    del fence, retry
    _last_beats.pop(flow_run_id, None)
    run: FlowRun = yield from ask(flow_runs.read_flow_run, flow_run_id)
    if run.state is None or run.state.type not in flow_run_claims.WITHOUT_AN_END:
        return _aborted(run, f"The run is {run.state_name}; it needs no process.")
    cancelling = run.state.type is StateType.CANCELLING
    kind = StateType.CANCELLED if cancelling else StateType.CRASHED
    return (yield from _propose(ask, flow_run_id, State(type=kind, message=message)))


def _propose(ask: Ask, flow_run_id: UUID, state: State[Any]) -> Steps[OrchestrationResult]:
    """Propose a state, which is known again if the answer is lost and it is sent twice."""
    wanted = proposal(state, flow_run_id=flow_run_id)
    answer: OrchestrationResult = yield from ask(
        flow_run_states.set_flow_run_state, flow_run_id, wanted, force=False
    )
    if answer.status is not SetStateStatus.ACCEPT:
        run: FlowRun = yield from ask(flow_runs.read_flow_run, flow_run_id)
        mark = run.state and run.state.state_details.transition_id
        if mark == wanted.state_details.transition_id:
            return OrchestrationResult(
                state=run.state, status=SetStateStatus.ACCEPT, details=StateAcceptDetails()
            )
    return answer


def _aborted(run: FlowRun, reason: str) -> OrchestrationResult:
    return OrchestrationResult(
        state=run.state, status=SetStateStatus.ABORT, details=StateAbortDetails(reason=reason)
    )


INSTEAD: dict[Any, Callable[..., Steps[Any]]] = {
    flow_run_claims.claim_flow_run: _claim,
    flow_run_claims.renew_claims: _renew,
    flow_run_claims.release_claim: _release,
    flow_run_claims.report_crash: _report_crash,
}
"""What is done in place of the operations of claims."""
