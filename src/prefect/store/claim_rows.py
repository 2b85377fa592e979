"""Rows of claims on flow runs. Parts of transactions of several operations."""

from __future__ import annotations

from uuid import UUID

from prefect.schemas.flow_run_claims import FlowRunClaim
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.claims import FLOW_RUN_CLAIM

NOBODY = "owner = NULL, claimed_at = NULL, expires_at = NULL"
"""What is set in the row of a claim that nobody holds any more."""


def find_claim(flow_run_id: UUID) -> Transaction[FlowRunClaim | None]:
    """Return the claim on a flow run, also one that nobody holds any more; None if there was never one."""
    rows = yield Statement(
        "SELECT * FROM flow_run_claim WHERE flow_run_id = ? {for_update}", (str(flow_run_id),)
    )
    return FlowRunClaim.model_validate(FLOW_RUN_CLAIM.decode(rows[0])) if rows else None


def is_claimed(flow_run_id: UUID) -> Transaction[bool]:
    """Return whether a process counts as executing a flow run."""
    rows = yield Statement(
        "SELECT 1 AS one FROM flow_run_claim WHERE flow_run_id = ? AND expires_at IS NOT NULL",
        (str(flow_run_id),),
    )
    return bool(rows)
