"""Who holds the slots of a concurrency limit since when, and who waits for them, with names that people know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.schemas.slot_overviews import SlotOverview, SlotParty
from prefect.store.columns import timestamp_text
from prefect.store.concurrency_limits import find_limit
from prefect.store.concurrency_slots import gone_ids
from prefect.store.explained_places import rows_by_id
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tag_limits import PREFIX

MOST_PARTIES = 200
"""How many holders, and how many of those who wait, are told of at most."""

_NAMES = {
    "flow_run": "SELECT id, name, NULL AS flow_run_id, NULL AS flow_run_name FROM flow_run WHERE id IN ({})",
    "task_run": "SELECT task_run.id AS id, task_run.name AS name, flow_run.id AS flow_run_id, "
    "flow_run.name AS flow_run_name FROM task_run LEFT JOIN flow_run ON flow_run.id = task_run.flow_run_id "
    "WHERE task_run.id IN ({})",
    "deployment": "SELECT id, name, NULL AS flow_run_id, NULL AS flow_run_name FROM deployment WHERE id IN ({})",
}


@operation("GET", "/ui/concurrency_limits/{id}/slots", reads=True)
def read_slot_overview(id: UUID) -> Transaction[SlotOverview]:
    """Return who holds the slots of a limit, of a name, a tag or a deployment, and who waits for them.

    Raises:
        ObjectNotFound: There is no such limit.
    """
    limit = yield from find_limit(id)
    moment = now()
    held = yield Statement(
        "SELECT lease.id AS id, lease.id AS lease_id, slot.slots AS slots, lease.created AS since, "
        "lease.expires_at AS expires_at, lease.holder_type AS kind, lease.holder_id AS holder_id, "
        "lease.machine AS machine, lease.pid AS pid, lease.began AS began "
        "FROM concurrency_slot AS slot JOIN concurrency_lease AS lease ON lease.id = slot.lease_id "
        "WHERE slot.limit_id = ? AND (lease.expires_at IS NULL OR lease.expires_at > ?) "
        f"ORDER BY slot.fence LIMIT {MOST_PARTIES}",
        (limit["id"], timestamp_text(moment)),
    )
    gone = set(gone_ids(held))
    held = [row for row in held if row["id"] not in gone]
    waiting = yield from _waiting(limit, moment)
    names = yield from _names([*held, *waiting])
    return SlotOverview(
        holders=[_party(row, names, lease_id=row["lease_id"]) for row in held],
        waiting=[_party(row, names) for row in waiting],
    )


def _waiting(limit: Row, moment: datetime) -> Transaction[list[Row]]:
    """Return who stands in the queue; then runs that ask again and again without standing in it."""
    queued = yield Statement(
        "SELECT ticket.id AS id, ticket.slots AS slots, ticket.created AS since, ticket.expires_at AS expires_at, "
        "ticket.holder_type AS kind, ticket.holder_id AS holder_id, ticket.machine AS machine, ticket.pid AS pid, "
        "ticket.began AS began FROM concurrency_ticket AS ticket "
        f"WHERE ticket.limit_id = ? AND ticket.expires_at > ? ORDER BY ticket.number LIMIT {MOST_PARTIES}",
        (limit["id"], timestamp_text(moment)),
    )
    gone = set(gone_ids(queued))
    known = {row["holder_id"] for row in queued}
    asking = yield from _asking(limit)
    return [
        *(row for row in queued if row["id"] not in gone),
        *(row for row in asking if row["holder_id"] not in known),
    ]


def _asking(limit: Row) -> Transaction[list[Row]]:
    """Return the runs that say that they wait for a slot of a tag, or of a deployment with this limit."""
    kind, where, value = "flow_run", "deployment.concurrency_limit_id = ?", limit["id"]
    joined = "JOIN deployment ON deployment.id = flow_run.deployment_id"
    if limit["name"].startswith(PREFIX):
        kind, where, joined = "task_run", "{contains_any(task_run.tags, ?)}", ""
        value = json.dumps([limit["name"].removeprefix(PREFIX)])
    return (
        yield Statement(
            f"SELECT {kind}.id AS id, 1 AS slots, state.timestamp AS since, NULL AS expires_at, '{kind}' AS kind, "
            f"{kind}.id AS holder_id, NULL AS machine, NULL AS pid, NULL AS began FROM {kind} {joined} "
            f"LEFT JOIN {kind}_state AS state ON state.{kind}_id = {kind}.id AND state.id = {kind}.state_id "
            f"WHERE {kind}.state_name = 'AwaitingConcurrencySlot' AND {where} "
            f"ORDER BY {kind}.expected_start_time, {kind}.id LIMIT {MOST_PARTIES}",
            (value,),
        )
    )


def _names(rows: Iterable[Row]) -> Transaction[dict[str, Row]]:
    wanted: dict[str, list[str]] = {}
    for row in rows:
        if row["kind"] in _NAMES:
            wanted.setdefault(row["kind"], []).append(row["holder_id"])
    names: dict[str, Row] = {}
    for kind, ids in wanted.items():
        names |= yield from rows_by_id(_NAMES[kind], ids)
    return names


def _party(row: Row, names: Mapping[str, Row], **more: Any) -> SlotParty:
    known = names.get(row["holder_id"] or "")
    values = {
        "kind": row["kind"],
        "id": row["holder_id"],
        "slots": row["slots"],
        "since": row["since"],
        "expires_at": row["expires_at"],
        "machine": row["machine"],
        "pid": row["pid"],
        **({} if known is None else dict(known)),
        **more,
    }
    return SlotParty.model_validate(values)
