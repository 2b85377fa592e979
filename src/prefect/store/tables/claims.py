"""The table of claims on flow runs. The row of a run stays when nobody holds the claim: its numbers only grow."""

from __future__ import annotations

from prefect.store.columns import INTEGER_COLUMN, SECONDS_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

FLOW_RUN_CLAIM = Table(
    "flow_run_claim",
    {
        "flow_run_id": UUID_COLUMN,
        "owner": TEXT_COLUMN,
        "fence": INTEGER_COLUMN,
        "lease_seconds": SECONDS_COLUMN,
        "claimed_at": TIMESTAMP_COLUMN,
        "expires_at": TIMESTAMP_COLUMN,
        "returns": INTEGER_COLUMN,
        "told_at": TIMESTAMP_COLUMN,
    },
    primary_key=("flow_run_id",),
    options="WITHOUT ROWID",
    not_null=frozenset({"fence", "lease_seconds", "returns"}),
    indexes={"flow_run_claim_by_expiry": "(expires_at) WHERE expires_at IS NOT NULL"},
)

TABLES: tuple[Table, ...] = (FLOW_RUN_CLAIM,)
