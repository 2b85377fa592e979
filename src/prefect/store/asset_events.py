"""The events that tell of assets, and what they say.

All reading is bounded: of very many events the latest are looked at. How many is said where it matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from prefect.schemas.assets import AssetMaterialization, Outcome
from prefect.schemas.explanations import RelatedObject
from prefect.schemas.resources import ID, NAME, ROLE
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.events import EVENT

SUCCEEDED = "prefect.asset.materialization.succeeded"
FAILED = "prefect.asset.materialization.failed"
REFERENCED = "prefect.asset.referenced"

UPSTREAM = "asset"
"""The role of the assets that were used to make the one that the event is about."""

_BY = "asset-materialized-by"
_RUNS = {
    "flow-run": "prefect.flow-run.",
    "task-run": "prefect.task-run.",
    "flow": "prefect.flow.",
    "deployment": "prefect.deployment.",
}
"""The roles of what had a part in it, and how their ids begin."""

_TEXTS = TypeAdapter(list[str])

_MADE = f"'{SUCCEEDED}', '{FAILED}'"


def latest_materializations(keys: Sequence[str], most: int, within: int) -> Transaction[dict[str, list[Row]]]:
    """Return the last events that tell that assets were made or not, by key, the newest first.

    Args:
        keys: The keys, at most 400.
        most: How many events of each.
        within: Among how many of the last events that are about it, of whatever kind.
    """
    return (yield from _latest_of_each(keys, _MADE, most, within))


def latest_references(keys: Sequence[str], within: int) -> Transaction[dict[str, Row]]:
    """Return the last event that tells that each of some assets was used, by key; see `latest_materializations`."""
    found = yield from _latest_of_each(keys, f"'{REFERENCED}'", 1, within)
    return {key: rows[0] for key, rows in found.items()}


def _latest_of_each(
    keys: Sequence[str], names: str, most: int, within: int
) -> Transaction[dict[str, list[Row]]]:
    if not keys:
        return {}
    # Each key has a SELECT of its own, so that each stops at its own limit.
    each = (
        "SELECT picked.id FROM (SELECT near.id FROM (SELECT event.id AS id, event.event AS name, "
        "event.occurred AS occurred FROM event WHERE event.resource_id = ? ORDER BY event.occurred DESC LIMIT ?) "
        f"AS near WHERE near.name IN ({names}) ORDER BY near.occurred DESC LIMIT ?) AS picked"
    )
    rows = yield Statement(
        f"SELECT * FROM event WHERE event.id IN ({' UNION ALL '.join([each] * len(keys))}) "
        "ORDER BY event.occurred DESC, event.id DESC",
        [value for key in keys for value in (key, within, most)],
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        values = EVENT.decode(row)
        found.setdefault(values["resource_id"], []).append(values)
    return found


def made_of(keys: Sequence[str], within: int) -> Transaction[dict[str, list[str]]]:
    """Return which assets were made of each of some others, by the key of what they were made of.

    Args:
        keys: The keys, at most 400.
        within: Among how many of the last events that name it as used.
    """
    if not keys:
        return {}
    each = (
        "SELECT used.source AS source, event.resource_id AS target FROM (SELECT CAST(? AS TEXT) AS source, "
        "event_involved.event_id AS event_id FROM event_involved WHERE event_involved.resource_id = ? "
        f"AND event_involved.role = '{UPSTREAM}' ORDER BY event_involved.event_id DESC LIMIT ?) AS used "
        f"JOIN event ON event.id = used.event_id AND event.event IN ({_MADE})"
    )
    rows = yield Statement(
        f"SELECT DISTINCT edge.source, edge.target FROM ({' UNION ALL '.join([each] * len(keys))}) AS edge "
        "ORDER BY edge.source, edge.target",
        [value for key in keys for value in (key, key, within)],
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["source"], []).append(row["target"])
    return found


def materialization(row: Row) -> AssetMaterialization:
    """Return what an event tells of the making of an asset.

    Args:
        row: The event, decoded.
    """
    related: list[dict[str, str]] = row["related"]
    return AssetMaterialization(
        event_id=UUID(row["id"]),
        occurred=datetime.fromisoformat(row["occurred"]),
        outcome=outcome_of(row),
        by=next((part[ID] for part in related if part.get(ROLE) == _BY), None),
        runs=list(_runs(related)),
        upstream=upstream_of(row),
        metadata=row["payload"],
    )


def outcome_of(row: Row) -> Outcome:
    """Return whether an event tells that an asset was made."""
    return "succeeded" if row["event"] == SUCCEEDED else "failed"


def upstream_of(row: Row) -> list[str]:
    """Return the keys of the assets that were used, as an event tells."""
    return [part[ID] for part in row["related"] if part.get(ROLE) == UPSTREAM]


def _runs(related: Iterable[Mapping[str, str]]) -> Iterable[RelatedObject]:
    for part in related:
        begins = _RUNS.get(part.get(ROLE, ""))
        if begins is not None and part[ID].startswith(begins):
            kind = part[ROLE].replace("-", "_")
            yield RelatedObject(kind=kind, id=part[ID].removeprefix(begins), name=part.get(NAME))


def properties_in(labels: Mapping[str, str]) -> dict[str, Any]:
    """Return what the labels of an asset tell of it: its name, address, description and owners."""
    return {
        "name": labels.get(NAME),
        "url": labels.get("prefect.asset.url"),
        "description": labels.get("prefect.asset.description"),
        "owners": _texts(labels.get("prefect.asset.owners")),
    }


def _texts(text: str | None) -> list[str]:
    """Return the texts in a list that somebody has told as JSON; others tell a single text."""
    if not text:
        return []
    try:
        return _TEXTS.validate_json(text)
    except ValidationError:
        return [text]
