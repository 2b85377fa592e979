"""Claims on flow runs: of all who would execute a run one has it, for as long as it is heard of.

Each claim has a number, its fence, which is greater than those of all claims before. Who executes the run writes with
it. When the lease of a claim lapses the number grows (`lapsed_claims`), so that a process which was away for long, and
comes back, can write nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.orchestration.decisions import Abort
from prefect.schemas.flow_run_claims import (
    ClaimRenewal,
    ClaimStanding,
    FlowRunClaim,
    FlowRunClaimCreate,
    FlowRunClaimResult,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import OrchestrationResult, SetStateStatus
from prefect.schemas.states import TERMINAL_STATES, State, StateType
from prefect.settings import get_current_settings
from prefect.store.claim_rows import NOBODY, find_claim
from prefect.store.columns import timestamp_text
from prefect.store.deployment_slots import hold_slot_by_claim
from prefect.store.flow_run_events import tell_heartbeat
from prefect.store.flow_run_states import answer_of, propose_flow_run_state
from prefect.store.flow_runs import read_flow_run
from prefect.store.isolation import guarded_by_rows
from prefect.store.lost_runs import WITHOUT_A_WORD, end_lost_run, release_slots
from prefect.store.operations import operation
from prefect.store.slots_of_pools import hindrance_of_pool
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.claims import FLOW_RUN_CLAIM

WITHOUT_AN_END = frozenset({StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})
"""The types of states in which a run has a process; when that is over, so is the run."""


@operation("POST", "/flow_runs/{flow_run_id}/claim")
def claim_flow_run(flow_run_id: UUID, claim: FlowRunClaimCreate) -> Transaction[FlowRunClaimResult]:
    """Claim a scheduled flow run for a process that will execute it; if it is had, the run is Pending.

    The ordinary rules decide, so it may also be answered that the run waits for a slot of its deployment, or is
    cancelled. What was looked up a while ago may have changed: the limits of its work pool and queue hold here too.

    Args:
        flow_run_id: The flow run.
        claim: Who would have it, and for how long.

    Returns:
        The claim, or None: the run is not scheduled, somebody has it, or the rules have refused. What was decided is
        told besides.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    run = yield from read_flow_run(flow_run_id)
    earlier = yield from find_claim(flow_run_id)
    if run.state_type is not StateType.SCHEDULED:
        return _refused(run, f"The run is {run.state_name}: only one that is scheduled can be claimed.")
    if earlier is not None and earlier.is_held:
        return _refused(run, f"{earlier.owner} has the run in hand.")
    hindrance = yield from hindrance_of_pool(run)
    if hindrance is not None:
        return _refused(run, hindrance)
    pending: State[Any] = State(type=StateType.PENDING)
    answer = yield from propose_flow_run_state(flow_run_id, pending)
    if answer.status is not SetStateStatus.ACCEPT:
        return FlowRunClaimResult(claim=None, orchestration=answer)
    yield Statement(
        "UPDATE flow_run SET infrastructure_pid = ? WHERE id = ?",
        (claim.infrastructure_pid, str(flow_run_id)),
    )
    yield from hold_slot_by_claim(answer.state)
    taken = yield from _take(flow_run_id, claim.owner, claim.lease_seconds, earlier)
    return FlowRunClaimResult(claim=taken, orchestration=answer)


@operation("GET", "/flow_runs/{flow_run_id}/claim", reads=True)
def read_flow_run_claim(flow_run_id: UUID) -> Transaction[FlowRunClaim]:
    """Return the claim on a flow run, also one that nobody holds any more.

    Raises:
        ObjectNotFound: There is no such flow run, or it was never claimed.
    """
    claim = yield from find_claim(flow_run_id)
    if claim is None:
        raise ObjectNotFound(
            KeyError(flow_run_id), f"Flow run {flow_run_id} was never claimed, or does not exist."
        )
    return claim


@operation("POST", "/flow_runs/claims/renew")
@guarded_by_rows
def renew_claims(renewals: list[ClaimRenewal], owner: str) -> Transaction[list[ClaimStanding]]:
    """Hold claims for another while, and say how it stands with each of them.

    A claim whose time is over, and which nobody has taken away since, is renewed all the same.

    Args:
        renewals: The claims. One without a fence takes a claim that nobody has, on a run that is not over.
        owner: Who executes the runs now: it may be another than who claimed them.
    """
    fences: dict[UUID, int] = {}
    runs = yield from _states_of({each.flow_run_id for each in renewals})
    for renewal in renewals:
        id_ = renewal.flow_run_id
        if renewal.fence is None:
            taken = yield from _take_directly(renewal, owner, runs.get(id_))
            if taken is not None:
                fences[id_] = taken
        elif (yield from _renew(renewal, renewal.fence, owner)):
            fences[id_] = renewal.fence
    running = [id_ for id_, (kind, _) in runs.items() if kind is StateType.RUNNING and id_ in fences]
    yield from _tell_heartbeats(running)
    standings: list[ClaimStanding] = []
    for renewal in renewals:
        kind, name = runs.get(renewal.flow_run_id, (None, None))
        fence = fences.get(renewal.flow_run_id)
        standings.append(
            ClaimStanding(
                flow_run_id=renewal.flow_run_id,
                fence=renewal.fence if fence is None else fence,
                is_held=fence is not None,
                state_type=kind,
                state_name=name,
            )
        )
    return standings


@operation("POST", "/flow_runs/{flow_run_id}/claim/release", status=204)
@guarded_by_rows
def release_claim(flow_run_id: UUID, fence: int) -> Transaction[None]:
    """Give a claim back: its process has ended. A claim that was lost before is left alone.

    If the run says that it still runs, its process has ended without a word: the run has crashed.
    """
    if (yield from _let_go(flow_run_id, fence)):
        run = yield from read_flow_run(flow_run_id)
        if run.state_type in WITHOUT_AN_END:
            yield from end_lost_run(run, WITHOUT_A_WORD)


@operation("POST", "/flow_runs/{flow_run_id}/claim/crash")
def report_crash(
    flow_run_id: UUID, fence: int, message: str, retry: bool = True
) -> Transaction[OrchestrationResult]:
    """Tell that the process of a flow run has ended and could not say so itself; its claim is given back.

    A run that was being cancelled is cancelled. Any other has crashed, or, if its deployment has infrastructure retries
    left, waits to be executed again. What it had begun, task runs and subflow runs in the same process, ends too.

    Args:
        flow_run_id: The flow run.
        fence: The number of the claim.
        message: What is known of its end, for people.
        retry: Whether infrastructure retries are meant for such an end.

    Returns:
        The state that holds now. ABORT: the run had ended before, or the claim was lost, and nothing has changed.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    run = yield from read_flow_run(flow_run_id)
    claim = yield from find_claim(flow_run_id)
    if claim is None or claim.fence != fence:
        return answer_of(Abort(f"The claim with fence {fence} is over: another has the run."), run.state)
    yield from _let_go(flow_run_id, fence)
    return (yield from end_lost_run(run, message, retry=retry))


def _refused(run: FlowRun, reason: str) -> FlowRunClaimResult:
    return FlowRunClaimResult(claim=None, orchestration=answer_of(Abort(reason), run.state))


def _take(
    flow_run_id: UUID, owner: str, lease_seconds: float, earlier: FlowRunClaim | None
) -> Transaction[FlowRunClaim]:
    moment = now()
    claim = FlowRunClaim(
        flow_run_id=flow_run_id,
        owner=owner,
        fence=1 if earlier is None else earlier.fence + 1,
        lease_seconds=lease_seconds,
        claimed_at=moment,
        expires_at=moment + timedelta(seconds=lease_seconds),
        returns=0 if earlier is None else earlier.returns,
    )
    yield Statement(FLOW_RUN_CLAIM.upsert, FLOW_RUN_CLAIM.encode(vars(claim)))
    return claim


def _take_directly(
    renewal: ClaimRenewal, owner: str, state: tuple[StateType | None, str | None] | None
) -> Transaction[int | None]:
    """Take the claim on a run that was started without one. Return its number, or None if it cannot be had."""
    claim = yield from find_claim(renewal.flow_run_id)
    if claim is not None and claim.is_held:
        if claim.owner != owner:
            return None
        # The answer to an earlier request of the same owner was lost.
        return claim.fence if (yield from _renew(renewal, claim.fence, owner)) else None
    if state is None or state[0] in TERMINAL_STATES:
        return None
    run = yield from read_flow_run(renewal.flow_run_id)
    yield from hold_slot_by_claim(run.state)
    return (yield from _take(renewal.flow_run_id, owner, renewal.lease_seconds, claim)).fence


def _renew(renewal: ClaimRenewal, fence: int, owner: str) -> Transaction[bool]:
    rows = yield Statement(
        "UPDATE flow_run_claim SET owner = ?, lease_seconds = ?, expires_at = ? "
        "WHERE flow_run_id = ? AND fence = ? AND expires_at IS NOT NULL RETURNING fence",
        (
            owner,
            renewal.lease_seconds,
            timestamp_text(now() + timedelta(seconds=renewal.lease_seconds)),
            str(renewal.flow_run_id),
            fence,
        ),
    )
    return bool(rows)


def _tell_heartbeats(ids: Sequence[UUID]) -> Transaction[None]:
    """Tell that runs are heard of, as often as the setting says: automations may wait for it."""
    frequency = get_current_settings().flows.heartbeat_frequency
    if frequency is None or not ids:
        return
    moment = now()
    rows = yield Statement(
        f"UPDATE flow_run_claim SET told_at = ? WHERE flow_run_id IN ({', '.join('?' * len(ids))}) "
        "AND (told_at IS NULL OR told_at <= ?) RETURNING flow_run_id",
        (
            timestamp_text(moment),
            *map(str, ids),
            timestamp_text(moment - timedelta(seconds=frequency)),
        ),
    )
    for row in rows:
        yield from tell_heartbeat((yield from read_flow_run(UUID(row["flow_run_id"]))), moment)


def _let_go(flow_run_id: UUID, fence: int) -> Transaction[bool]:
    """Let nobody hold a claim any more, nor slots for its run. Return whether somebody did, with this number."""
    rows = yield Statement(
        f"UPDATE flow_run_claim SET {NOBODY} "
        "WHERE flow_run_id = ? AND fence = ? AND expires_at IS NOT NULL RETURNING fence",
        (str(flow_run_id), fence),
    )
    if rows:
        yield from release_slots("flow_run", str(flow_run_id))
    return bool(rows)


def _states_of(ids: Iterable[UUID]) -> Transaction[dict[UUID, tuple[StateType | None, str | None]]]:
    texts = [str(id_) for id_ in ids]
    rows = yield Statement(
        f"SELECT id, state_type, state_name FROM flow_run WHERE id IN ({', '.join('?' * len(texts))})", texts
    )
    return {
        UUID(row["id"]): (StateType(row["state_type"]) if row["state_type"] else None, row["state_name"])
        for row in rows
    }
