"""Claims whose lease has lapsed: nobody has heard of their process for too long, so it counts as gone.

The number of the claim grows, so that the process can write nothing any more should it come back, and the run ends or
is given to another; see `lost_runs`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from prefect.schemas.flow_run_claims import FlowRunClaim
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.store.claim_rows import NOBODY, find_claim
from prefect.store.columns import timestamp_text
from prefect.store.flow_runs import find_flow_run
from prefect.store.lost_runs import end_lost_run, give_back, release_slots
from prefect.store.statements import Batch, Statement, Transaction

MOST_RETURNS = 3
"""How often in a row a run is given back because who had claimed it fell silent before it began."""


def claims_lapsed(moment: datetime, limit: int) -> Transaction[list[UUID]]:
    """Return the runs whose claims have lapsed, those first that have lapsed longest."""
    rows = yield Statement(
        "SELECT flow_run_id FROM flow_run_claim WHERE expires_at <= ? ORDER BY expires_at, flow_run_id LIMIT ?",
        (timestamp_text(moment), limit),
    )
    return [UUID(row["flow_run_id"]) for row in rows]


def end_lapsed(flow_run_id: UUID, moment: datetime) -> Transaction[bool]:
    """Take a claim away if it has lapsed, and do with its run what follows. Return whether it had.

    A run that had not begun waits to be claimed again, a few times. Of any other see `end_lost_run`.
    """
    claim = yield from find_claim(flow_run_id)
    if claim is None or claim.expires_at is None or claim.expires_at > moment:
        return False
    run = yield from find_flow_run(flow_run_id)
    if run is None:
        yield Statement("DELETE FROM flow_run_claim WHERE flow_run_id = ?", (str(flow_run_id),))
        return True
    is_given_back = _can_wait(run, claim)
    is_over = run.state is not None and run.state.is_final()
    yield Statement(
        f"UPDATE flow_run_claim SET {NOBODY}, fence = ?, returns = ? WHERE flow_run_id = ?",
        # Who executes a run that is over has written all that counts; the last lines of its log may still come.
        (claim.fence + (not is_over), claim.returns + 1 if is_given_back else 0, str(flow_run_id)),
    )
    yield from release_slots("flow_run", str(flow_run_id))
    why = f"{claim.owner} executed the run and was not heard of for {claim.lease_seconds:g} seconds."
    if is_given_back:
        yield from give_back(run, f"{claim.owner} claimed the run and fell silent before it began.")
    else:
        yield from end_lost_run(run, why)
    return True


def _can_wait(run: FlowRun, claim: FlowRunClaim) -> bool:
    """Whether a run is given back: it has not begun, somebody will look for it, and it did not happen too often."""
    return (
        run.state_type is StateType.PENDING and run.deployment_id is not None and claim.returns < MOST_RETURNS
    )


def put_off_claims(seconds: float) -> Transaction[int]:
    """Let every claim hold for so many seconds longer, and return how many there are.

    For a while in which hardly anybody could renew one: the server had too much to do.
    """
    rows = yield Statement(
        "SELECT flow_run_id, expires_at FROM flow_run_claim WHERE expires_at IS NOT NULL ORDER BY flow_run_id"
    )
    longer = timedelta(seconds=seconds)
    later = [timestamp_text(datetime.fromisoformat(row["expires_at"]) + longer) for row in rows]
    yield Batch(
        "UPDATE flow_run_claim SET expires_at = ? WHERE flow_run_id = ? AND expires_at = ?",
        [(until, row["flow_run_id"], row["expires_at"]) for until, row in zip(later, rows, strict=True)],
    )
    return len(rows)


def hold_all_claims(moment: datetime) -> Transaction[int]:
    """Let every claim hold for at least a whole lease from now, and return how many were longer than theirs before.

    For after a time in which nobody could renew any: the server was away.
    """
    leases = yield Statement(
        "SELECT DISTINCT lease_seconds FROM flow_run_claim WHERE expires_at IS NOT NULL ORDER BY lease_seconds"
    )
    held = 0
    for row in leases:
        seconds: float = row["lease_seconds"]
        until = timestamp_text(moment + timedelta(seconds=seconds))
        rows = yield Statement(
            "UPDATE flow_run_claim SET expires_at = CAST(? AS TEXT) "
            "WHERE lease_seconds = ? AND expires_at < CAST(? AS TEXT) RETURNING flow_run_id",
            (until, seconds, until),
        )
        held += len(rows)
    return held
