"""Assets, as far as events tell of them: which there are, and what each is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from prefect.exceptions import ObjectNotFound
from prefect.schemas.assets import AssetNode, AssetPage, AssetSummary, AssetView
from prefect.schemas.paging import Offset
from prefect.schemas.resources import NAME
from prefect.store.asset_events import (
    FAILED,
    REFERENCED,
    SUCCEEDED,
    latest_materializations,
    latest_references,
    made_of,
    materialization,
    outcome_of,
    properties_in,
    upstream_of,
)
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction

LOOKED_AT = 20_000
"""How many of the last events of each kind a list of assets is made of."""

WITHIN = 500
"""Among how many of the last events about an asset the making of it is looked for."""

HISTORY = 50
"""How many of the last times that an asset was made are told."""

STEPS = 4
"""How many steps a lineage goes each way."""

MOST_NODES = 150
"""How many assets a lineage has at most."""

_AGREEING = 5
"""How many of the last times that an asset was made say what it is made of: several tasks may make it."""

_KINDS = (SUCCEEDED, FAILED, REFERENCED)

PageOfAssets = Annotated[int, Field(ge=1, le=100)]


@operation("GET", "/ui/assets", reads=True)
def read_assets(search: str = "", limit: PageOfAssets = 50, offset: Offset = 0) -> Transaction[AssetPage]:
    """Return the assets that the last events tell of, what was made or used last before the others.

    Args:
        search: Only those whose key or name holds this text, whatever its case.
        limit: How many at most.
        offset: How many to pass over.
    """
    recent = (
        "SELECT * FROM (SELECT event.resource_id, event.event, event.occurred, event.resource FROM event "
        "WHERE event.event = ? ORDER BY event.occurred DESC LIMIT ?) AS told_{place}"
    )
    union = " UNION ALL ".join(recent.replace("{place}", str(place)) for place in range(len(_KINDS)))
    parameters: list[object] = [value for kind in _KINDS for value in (kind, LOOKED_AT)]
    where = ""
    if search.strip():
        text = search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        holds = "{ilike} '%' || CAST(? AS TEXT) || '%' ESCAPE '\\'"
        where = f"WHERE told.resource_id {holds} OR {{json_text(told.resource, {NAME})}} {holds} "
        parameters += [text, text]
    rows = yield Statement(
        "SELECT told.resource_id AS key, told.event AS event, max(told.occurred) AS occurred, count(*) AS times "
        f"FROM ({union}) AS told {where}GROUP BY told.resource_id, told.event",
        parameters,
    )
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["key"], {})[row["event"]] = row
    ordered = sorted(found, key=lambda key: (_last_told(found[key]), key), reverse=True)
    shown = ordered[offset : offset + limit]
    made = yield from latest_materializations(shown, 1, WITHIN)
    used = yield from latest_references([key for key in shown if key not in made], WITHIN)
    return AssetPage(
        count=len(found),
        assets=[_summary(key, found[key], made.get(key), used.get(key)) for key in shown],
        whole=(yield from _all_looked_at()),
    )


def _last_told(kinds: dict[str, Row]) -> str:
    return max(row["occurred"] for row in kinds.values())


def _summary(key: str, kinds: dict[str, Row], made: Sequence[Row] | None, used: Row | None) -> AssetSummary:
    last = made[0] if made else used
    referenced = kinds.get(REFERENCED)
    return AssetSummary(
        key=key,
        name=None if last is None else last["resource"].get(NAME),
        last=materialization(made[0]) if made else None,
        last_referenced=datetime.fromisoformat(referenced["occurred"]) if referenced else None,
        succeeded=kinds[SUCCEEDED]["times"] if SUCCEEDED in kinds else 0,
        failed=kinds[FAILED]["times"] if FAILED in kinds else 0,
    )


def _all_looked_at() -> Transaction[bool]:
    beyond = (
        "EXISTS (SELECT 1 FROM event WHERE event.event = ? ORDER BY event.occurred DESC LIMIT 1 OFFSET ?)"
    )
    rows = yield Statement(
        f"SELECT {' OR '.join([beyond] * len(_KINDS))} AS more",
        [value for kind in _KINDS for value in (kind, LOOKED_AT)],
    )
    return not rows[0]["more"]


@operation("GET", "/ui/assets/asset", reads=True)
def read_asset(key: str) -> Transaction[AssetView]:
    """Return one asset: what it is, when it was made, what it is made of and what is made of it.

    Args:
        key: Its key.

    Raises:
        ObjectNotFound: No event that is kept tells of it.
    """
    made = (yield from latest_materializations([key], HISTORY, WITHIN)).get(key, [])
    used = (yield from latest_references([key], WITHIN)).get(key)
    lineage, whole = yield from _lineage(key)
    if not made and used is None and len(lineage) == 1:
        raise ObjectNotFound(
            KeyError(key),
            f"No event tells of an asset {key}: nothing has made or used it, or that was long ago.",
        )
    told = made[0] if made else used
    return AssetView(
        key=key,
        **properties_in(told["resource"] if told is not None else {}),
        last_referenced=None if used is None else datetime.fromisoformat(used["occurred"]),
        materializations=[materialization(row) for row in made],
        lineage=lineage,
        whole=whole,
    )


def _lineage(key: str) -> Transaction[tuple[list[AssetNode], bool]]:
    """Return an asset with what it is made of and what is made of it, and whether that is all."""
    made: dict[str, list[Row]] = {}
    sources: dict[str, set[str]] = {key: set()}
    whole = True

    def admit(candidates: list[str]) -> list[str]:
        nonlocal whole
        new = [each for each in dict.fromkeys(candidates) if each not in sources]
        room = MOST_NODES - len(sources)
        whole = whole and len(new) <= room
        sources.update((each, set()) for each in new[:room])
        return new[:room]

    level = [key]
    for _ in range(STEPS):  # what it is made of
        made |= yield from latest_materializations(level, _AGREEING, WITHIN)
        rows = [row for each in level for row in made.get(each, [])]
        level = admit([source for row in rows for source in upstream_of(row)])
        if not level:
            break
    whole = whole and not level
    level = [key]
    targets: dict[str, list[str]] = {}
    for _ in range(STEPS):  # what is made of it
        targets |= yield from made_of(level, WITHIN)
        level = admit([target for each in level for target in targets.get(each, [])])
        if not level:
            break
    whole = whole and not level
    rest = [each for each in sources if each not in made]
    made |= yield from latest_materializations(rest, _AGREEING, WITHIN)
    used = yield from latest_references([each for each in rest if each not in made], WITHIN)
    for each, rows in made.items():
        sources[each].update(source for row in rows for source in upstream_of(row) if source in sources)
    for source, all_targets in targets.items():
        for target in all_targets:
            if target in sources:
                sources[target].add(source)
    return [_node(each, sources[each], made.get(each), used.get(each)) for each in sources], whole


def _node(key: str, upstream: set[str], made: Sequence[Row] | None, used: Row | None) -> AssetNode:
    told = made[0] if made else used
    return AssetNode(
        key=key,
        name=None if told is None else told["resource"].get(NAME),
        outcome=outcome_of(made[0]) if made else None,
        occurred=datetime.fromisoformat(made[0]["occurred"]) if made else None,
        upstream=sorted(upstream - {key}),
    )
