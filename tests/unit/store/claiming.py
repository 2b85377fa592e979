"""Claims on flow runs in the store of this process, for tests that hold on each database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.schemas.flow_run_claims import (
    ClaimRenewal,
    ClaimStanding,
    FlowRunClaimCreate,
    FlowRunClaimResult,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType
from prefect.store.flow_run_claims import claim_flow_run, renew_claims, report_crash
from prefect.store.flow_runs import read_flow_run
from tests.unit.store.runs import perform, propose


def claim(run: FlowRun, owner: str = "worker", **fields: Any) -> FlowRunClaimResult:
    """Claim a run."""
    return perform(claim_flow_run, run.id, FlowRunClaimCreate(owner=owner, **fields))


def fence_of(result: FlowRunClaimResult) -> int:
    """Return the number of a claim that was had."""
    assert result.claim is not None, result.orchestration
    return result.claim.fence


def renew(run: FlowRun, fence: int | None, owner: str = "worker", **fields: Any) -> ClaimStanding:
    """Renew a claim."""
    return perform(renew_claims, [ClaimRenewal(flow_run_id=run.id, fence=fence, **fields)], owner)[0]


def crash(run: FlowRun, fence: int, why: str = "It was killed.", **how: Any) -> Any:
    """Report that the process of a run has ended."""
    return perform(report_crash, run.id, fence, why, **how)


def enter(run: FlowRun, kind: StateType, name: str | None = None, **details: Any) -> None:
    """Let a run enter a state, whatever the rules say."""
    propose(run, State(type=kind, name=name, state_details=details), force=True)


def now_is(id_: UUID) -> FlowRun:
    """Return a run as it is now."""
    return perform(read_flow_run, id_)
