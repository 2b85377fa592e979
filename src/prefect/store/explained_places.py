"""Facts about where flow runs wait to be started, gathered for many at once: pools, queues, deployments, limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from prefect.orchestration.explaining.situations import (
    DeploymentFacts,
    Holder,
    LimitFacts,
    PoolFacts,
    QueueFacts,
    WorkerFacts,
)
from prefect.schemas.explanations import RelatedObject
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.work_pools import WORKER_PACKAGES
from prefect.settings import get_current_settings
from prefect.store.columns import timestamp_text
from prefect.store.concurrency_slots import count_alive, gone_ids, limit_of
from prefect.store.slots_of_pools import OCCUPIES, taken_in_pools, taken_in_queues
from prefect.store.statements import Row, Statement, Transaction

T = TypeVar("T")

_AT_ONCE = 500
_HOLDERS = 200
"""How many runs in progress are looked at to say who takes the slots."""


@dataclass
class Places:
    """Pools, queues and deployments by their ids."""

    pools: dict[str, PoolFacts] = field(default_factory=dict[str, PoolFacts])
    queues: dict[str, QueueFacts] = field(default_factory=dict[str, QueueFacts])
    pool_of_queue: dict[str, str] = field(default_factory=dict[str, str])
    deployments: dict[str, DeploymentFacts] = field(default_factory=dict[str, DeploymentFacts])


def places_of(runs: Sequence[FlowRun], moment: datetime) -> Transaction[Places]:
    """Return what is known of where flow runs wait to be started."""
    places = Places()
    queue_ids = _distinct(run.work_queue_id for run in runs)
    deployment_ids = _distinct(run.deployment_id for run in runs)
    queues = yield from rows_by_id("SELECT * FROM work_queue WHERE id IN ({})", queue_ids)
    pool_ids = list({row["work_pool_id"] for row in queues.values()})
    pools = yield from rows_by_id("SELECT * FROM work_pool WHERE id IN ({})", pool_ids)
    workers = yield from _rows(
        "SELECT * FROM worker WHERE work_pool_id IN ({}) ORDER BY last_heartbeat_time DESC NULLS LAST, id",
        pool_ids,
    )
    in_progress = yield from _in_progress("work_queue.work_pool_id", pool_ids)
    taken = yield from taken_in_pools(pool_ids)
    taken |= yield from taken_in_queues(queue_ids)
    for id, row in pools.items():
        busy = in_progress.get(id, [])
        places.pools[id] = PoolFacts(
            id,
            row["name"],
            row["type"],
            bool(row["is_paused"]),
            tuple(_worker(each, moment) for each in workers if each["work_pool_id"] == id),
            tuple(_running(each) for each in busy),
            _limit_of_place(row, taken[id], busy),
            WORKER_PACKAGES.get(row["type"].partition(":")[0]),
        )
    for id, row in queues.items():
        busy = [each for each in in_progress.get(row["work_pool_id"], ()) if each["work_queue_id"] == id]
        polled = _time(row["last_polled"])
        limit = _limit_of_place(row, taken[id], busy)
        places.queues[id] = QueueFacts(id, row["name"], bool(row["is_paused"]), polled, limit)
        places.pool_of_queue[id] = row["work_pool_id"]
    places.deployments = yield from _deployments(deployment_ids, moment)
    return places


def _deployments(ids: list[str], moment: datetime) -> Transaction[dict[str, DeploymentFacts]]:
    rows = yield from rows_by_id(
        "SELECT deployment.*, flow.name AS flow_name FROM deployment "
        "JOIN flow ON flow.id = deployment.flow_id WHERE deployment.id IN ({})",
        ids,
    )
    limits = yield from limits_by(
        "id", [row["concurrency_limit_id"] for row in rows.values() if row["concurrency_limit_id"]], moment
    )
    served = [id for id, row in rows.items() if row["work_queue_id"] is None]
    in_progress = yield from _in_progress("flow_run.deployment_id", served)
    return {
        id: DeploymentFacts(
            id,
            f"{row['flow_name']}/{row['name']}",
            bool(row["paused"]),
            _time(row["last_polled"]),
            limits.get(row["concurrency_limit_id"] or ""),
            tuple(_running(each) for each in in_progress.get(id, ())),
        )
        for id, row in rows.items()
    }


def _limit_of_place(row: Row, taken: int, busy: Sequence[Row]) -> LimitFacts | None:
    slots = row["concurrency_limit"]
    if slots is None:
        return None
    return LimitFacts(row["name"], slots, taken, tuple(_running(each) for each in busy))


def _in_progress(column: str, ids: list[str]) -> Transaction[dict[str, list[Row]]]:
    """Return the runs in progress by the id that a column holds, those first that began first."""
    rows = yield from _rows(
        f"SELECT flow_run.id AS id, flow_run.name AS name, flow_run.work_queue_id AS work_queue_id, "
        f"flow_run.start_time AS start_time, {column} AS place FROM flow_run "
        "LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id "
        f"WHERE {OCCUPIES} AND {column} IN ({{}}) "
        f"ORDER BY flow_run.start_time NULLS LAST, flow_run.id LIMIT {_HOLDERS}",
        ids,
    )
    return grouped(rows, lambda row: row["place"])


def _running(row: Row) -> Holder:
    run = RelatedObject(kind="flow_run", id=row["id"], name=row["name"])
    return Holder(f"flow run {row['name']!r}", _time(row["start_time"]), run)


def _worker(row: Row, moment: datetime) -> WorkerFacts:
    settings = get_current_settings().server.services.foreman
    interval = row["heartbeat_interval_seconds"] or settings.fallback_heartbeat_interval_seconds
    silence = timedelta(seconds=interval * settings.inactivity_heartbeat_multiple)
    heard = _time(row["last_heartbeat_time"])
    is_online = row["status"] == "ONLINE" and heard is not None and moment - heard <= silence
    return WorkerFacts(row["name"], is_online, heard)


def limits_by(column: str, values: Collection[str], moment: datetime) -> Transaction[dict[str, LimitFacts]]:
    """Return the active limits whose id or name is one of these, by that: with who holds their slots."""
    rows = yield from _rows(
        f"SELECT * FROM concurrency_limit WHERE active = 1 AND {column} IN ({{}})", list(values)
    )
    limits = [limit_of(row, moment) for row in rows]
    yield from count_alive(limits, moment)
    holders = yield from _holders([limit.id for limit in limits], moment)
    return {
        row[column]: LimitFacts(
            limit.name, limit.slots, limit.whole_slots_taken, tuple(holders.get(limit.id, ()))
        )
        for row, limit in zip(rows, limits, strict=True)
    }


def _holders(limit_ids: list[str], moment: datetime) -> Transaction[dict[str, list[Holder]]]:
    rows = yield from _rows(
        "SELECT * FROM concurrency_slot JOIN concurrency_lease ON id = lease_id WHERE limit_id IN ({}) "
        "AND (expires_at IS NULL OR expires_at > ?) ORDER BY fence",
        limit_ids,
        timestamp_text(moment),
    )
    gone = set(gone_ids(rows))
    names: dict[str, Row] = {}
    for kind in ("flow_run", "task_run"):
        ids = [row["holder_id"] for row in rows if row["holder_type"] == kind]
        names |= yield from rows_by_id(f"SELECT id, name FROM {kind} WHERE id IN ({{}})", ids)
    found: dict[str, list[Holder]] = {}
    for row in rows:
        if row["id"] not in gone:
            found.setdefault(row["limit_id"], []).append(_holder(row, names))
    return found


def _holder(row: Row, names: Mapping[str, Row]) -> Holder:
    since = _time(row["created"])
    run = names.get(row["holder_id"] or "")
    if run is not None:
        words = f"{row['holder_type'].replace('_', ' ')} {run['name']!r}"
        return Holder(words, since, RelatedObject(kind=row["holder_type"], id=run["id"], name=run["name"]))
    if row["pid"] is not None:
        return Holder(f"process {row['pid']}", since)
    return Holder(f"lease {row['id']}", since)


# --- Rows -------------------------------------------------------------------------------------------------------------


def rows_by_id(sql: str, ids: Iterable[str]) -> Transaction[dict[str, Row]]:
    """Return rows by their ids; `{}` in the statement stands for the list of ids."""
    rows = yield from _rows(sql, list(dict.fromkeys(ids)))
    return {row["id"]: row for row in rows}


def _rows(sql: str, values: Sequence[str], *more: str) -> Transaction[list[Row]]:
    found: list[Row] = []
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        found += yield Statement(sql.format(", ".join("?" * len(some))), (*some, *more))
    return found


def grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    """Return rows in groups."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _distinct(ids: Iterable[object | None]) -> list[str]:
    return list(dict.fromkeys(str(id) for id in ids if id is not None))


def _time(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)
