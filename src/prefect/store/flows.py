"""Flows: known by their name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect._ids import uuid7
from prefect.schemas.flows import Flow
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import FLOW


def register_flow(name: str, now: datetime) -> Transaction[Flow]:
    """Return the flow of this name, registering it when it is new."""
    new = Flow(id=uuid7(), name=name, created=now, updated=now)
    yield Statement(FLOW.insert, FLOW.encode(dict(new)))
    rows = yield Statement("SELECT * FROM flow WHERE name = ?", (name,))
    return Flow.model_validate(FLOW.decode(rows[0]))


def read_flow(flow_id: UUID) -> Transaction[Flow | None]:
    """Return a flow by its id."""
    rows = yield Statement("SELECT * FROM flow WHERE id = ?", (str(flow_id),))
    return Flow.model_validate(FLOW.decode(rows[0])) if rows else None
