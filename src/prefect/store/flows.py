"""Flows: known by their name."""

from __future__ import annotations

from collections.abc import Iterable
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


def read_flows(flow_ids: Iterable[UUID]) -> Transaction[dict[UUID, Flow]]:
    """Return flows by their ids; ids that are not known are left out."""
    wanted = [str(flow_id) for flow_id in dict.fromkeys(flow_ids)]
    found: dict[UUID, Flow] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = yield Statement(f"SELECT * FROM flow WHERE id IN ({', '.join('?' * len(some))})", some)
        found.update({flow.id: flow for flow in (Flow.model_validate(FLOW.decode(row)) for row in rows)})
    return found
