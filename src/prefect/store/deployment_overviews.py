"""Deployments at a glance: those first that need attention, with how their latest runs went; and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import Field

from prefect._clock import now
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.deployment_overviews import (
    Attention,
    DeploymentOverview,
    DeploymentOverviewPage,
    RunGlance,
    VersionOfDeployment,
)
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.paging import PageNumber, pages_of
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.store.columns import timestamp_text
from prefect.store.deployment_conditions import deployments_meant
from prefect.store.deployment_rows import WITH_POOL, deployments_of, found_deployment
from prefect.store.deployments import count_deployments
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction

LATEST = 12
"""How many of the latest runs are told."""

MOST_RUNS = 20_000
"""How many of the latest runs of a deployment are looked at to tell its versions."""

MOST_VERSIONS = 200
"""How many versions are told at most: those whose runs are the newest."""

_ATTENTION = dict(enumerate(get_args(Attention)))
_NO_ATTENTION, _PAUSED = 3, 4

_GLANCE = (
    "flow_run.deployment_id AS deployment_id, flow_run.id AS id, flow_run.name AS name, "
    "flow_run.state_type AS state_type, flow_run.state_name AS state_name, "
    "coalesce(flow_run.start_time, flow_run.next_scheduled_start_time, flow_run.expected_start_time) AS start_time, "
    "flow_run.start_time AS began, flow_run.end_time AS ended"
)

_TYPE = "coalesce(flow_run.state_type, 'SCHEDULED')"
"""The type of a run's state, written so that the databases go through the latest runs by their time, and stop soon."""

_RANK = (
    (
        "CASE WHEN deployment.paused = 1 THEN {paused} "
        "WHEN (SELECT count(*) FROM flow_run WHERE flow_run.deployment_id = deployment.id "
        "AND flow_run.state_type = 'SCHEDULED' AND flow_run.state_name = 'Late') > 0 THEN 0 "
        "WHEN (SELECT flow_run.state_type FROM flow_run WHERE flow_run.deployment_id = deployment.id "
        f"AND flow_run.expected_start_time <= ? AND {_TYPE} IN ('COMPLETED', 'FAILED', 'CRASHED') "
        "ORDER BY flow_run.expected_start_time DESC LIMIT 1) IN ('FAILED', 'CRASHED') THEN 1 "
        "WHEN deployment.status = 'NOT_READY' AND EXISTS (SELECT 1 FROM deployment_schedule "
        "WHERE deployment_schedule.deployment_id = deployment.id AND deployment_schedule.active = 1) THEN 2 "
        "ELSE {fine} END"
    )
    .replace("{paused}", str(_PAUSED))
    .replace("{fine}", str(_NO_ATTENTION))
)


class OverviewSort(str, Enum):
    """In which order deployments are shown."""

    ATTENTION = "ATTENTION"
    NAME = "NAME"
    CHANGED = "CHANGED"


_ORDER = {
    OverviewSort.ATTENTION: "attention_rank, name, id",
    OverviewSort.NAME: "name, id",
    OverviewSort.CHANGED: "updated DESC, id",
}


@operation("POST", "/ui/deployments/overview", reads=True)
def read_deployment_overviews(
    deployments: DeploymentFilter | None = None,
    flows: FlowFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    sort: OverviewSort = OverviewSort.ATTENTION,
    limit: Annotated[int, Field(ge=1, le=100)] = 50,
    page: PageNumber = 1,
) -> Transaction[DeploymentOverviewPage]:
    """Return a page of deployments with their latest runs and their next one.

    Args:
        deployments: Which ones; by default all.
        flows: Only those of such flows.
        work_pools: Only those in such work pools.
        sort: In which order; by default those first with late runs, then those whose latest run failed, then those that
            nobody serves although they have schedules; paused ones come last.
        limit: How many go on a page, at most 100.
        page: Which page.
    """
    where = deployments_meant(flows, None, None, deployments, work_pools, None)
    count = yield from count_deployments(flows=flows, deployments=deployments, work_pools=work_pools)
    moment = timestamp_text(now())
    ranked = WITH_POOL.replace(" FROM ", f", {_RANK} AS attention_rank FROM ", 1)
    rows = yield Statement(
        f"SELECT * FROM ({ranked} WHERE {where.sql}) AS ranked ORDER BY {_ORDER[sort]} LIMIT ? OFFSET ?",
        (moment, *where.parameters, limit, (page - 1) * limit),
    )
    ids = [row["id"] for row in rows]
    latest, upcoming, late = (
        (yield from _latest(ids, moment)),
        (yield from _upcoming(ids)),
        (yield from _late(ids)),
    )
    flow_names = yield from _flow_names([row["flow_id"] for row in rows])
    results = [
        DeploymentOverview.model_construct(
            deployment=deployment,
            flow_name=flow_names.get(row["flow_id"], ""),
            attention=_ATTENTION.get(row["attention_rank"]),
            late=late.get(row["id"], 0),
            latest=latest.get(row["id"], [])[::-1],
            upcoming=next(iter(upcoming.get(row["id"], [])), None),
        )
        for row, deployment in zip(rows, (yield from deployments_of(rows)), strict=True)
    ]
    return DeploymentOverviewPage.model_construct(
        results=results, count=count, limit=limit, pages=pages_of(count, limit), page=page
    )


@operation("GET", "/ui/deployments/{id}/versions", reads=True)
def read_deployment_versions(id: UUID) -> Transaction[list[VersionOfDeployment]]:
    """Return the versions with which the latest 20,000 runs of a deployment began, and how these runs went.

    The version that the deployment has now comes first, also where no run had it yet; then those with the newest runs.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    current = (yield from found_deployment(id))["version"]
    rows = yield Statement(
        "SELECT deployment_version AS version, count(*) AS runs, min(expected_start_time) AS first_run, "
        "max(expected_start_time) AS last_run, sum(CASE WHEN state_type = 'COMPLETED' THEN 1 ELSE 0 END) AS completed, "
        "sum(CASE WHEN state_type IN ('FAILED', 'CRASHED') THEN 1 ELSE 0 END) AS failed FROM "
        "(SELECT deployment_version, expected_start_time, state_type FROM flow_run "
        f"WHERE deployment_id = ? AND expected_start_time <= ? AND {_TYPE} <> 'SCHEDULED' "
        f"ORDER BY expected_start_time DESC LIMIT {MOST_RUNS}) AS latest "
        f"GROUP BY deployment_version ORDER BY last_run DESC LIMIT {MOST_VERSIONS}",
        (str(id), timestamp_text(now())),
    )
    found: list[dict[str, Any]] = []
    for row in rows:
        last = yield from _last_of(id, row)
        found.append({**dict(row), "latest": last})
    if current not in [each["version"] for each in found]:
        found.insert(0, {"version": current})
    found.sort(key=lambda each: each["version"] != current)
    return [
        VersionOfDeployment.model_validate({**each, "is_current": each["version"] == current})
        for each in found
    ]


def _last_of(id: UUID, version: Row) -> Transaction[RunGlance | None]:
    named = "IS NULL" if version["version"] is None else "= ?"
    rows = yield Statement(
        f"SELECT {_GLANCE} FROM flow_run WHERE deployment_id = ? AND expected_start_time = ? "
        f"AND state_type <> 'SCHEDULED' AND deployment_version {named} LIMIT 1",
        (str(id), version["last_run"], *([] if version["version"] is None else [version["version"]])),
    )
    return _glance(rows[0]) if rows else None


def _latest(ids: Sequence[str], moment: str) -> Transaction[dict[str, list[RunGlance]]]:
    """Return the latest runs of each deployment that are not to come, the newest first."""
    one = (
        f"SELECT {_GLANCE} FROM flow_run WHERE flow_run.deployment_id = ? AND flow_run.expected_start_time <= ? "
        f"AND {_TYPE} <> 'SCHEDULED' ORDER BY flow_run.expected_start_time DESC LIMIT {LATEST}"
    )
    return (yield from _of_each(ids, one, moment))


def _upcoming(ids: Sequence[str]) -> Transaction[dict[str, list[RunGlance]]]:
    """Return the run of each deployment that is to start next."""
    one = (
        f"SELECT {_GLANCE} FROM flow_run WHERE flow_run.deployment_id = ? AND flow_run.state_type = 'SCHEDULED' "
        "AND flow_run.next_scheduled_start_time IS NOT NULL ORDER BY flow_run.next_scheduled_start_time LIMIT 1"
    )
    return (yield from _of_each(ids, one))


def _of_each(ids: Sequence[str], one: str, *more: str) -> Transaction[dict[str, list[RunGlance]]]:
    """Return what a statement about one deployment tells of each, in one statement."""
    if not ids:
        return {}
    all_ = " UNION ALL ".join(f"SELECT * FROM ({one}) AS of_{place}" for place in range(len(ids)))
    rows = yield Statement(all_, [value for id in ids for value in (id, *more)])
    found: dict[str, list[RunGlance]] = {}
    for row in rows:
        found.setdefault(row["deployment_id"], []).append(_glance(row))
    return found


def _late(ids: Sequence[str]) -> Transaction[dict[str, int]]:
    rows = yield Statement(
        f"SELECT deployment_id, count(*) AS n FROM flow_run WHERE deployment_id IN ({', '.join('?' * len(ids))}) "
        "AND state_type = 'SCHEDULED' AND state_name = 'Late' GROUP BY deployment_id",
        ids,
    )
    return {row["deployment_id"]: row["n"] for row in rows}


def _flow_names(ids: Sequence[str]) -> Transaction[dict[str, str]]:
    wanted = list(dict.fromkeys(ids))
    rows = yield Statement(f"SELECT id, name FROM flow WHERE id IN ({', '.join('?' * len(wanted))})", wanted)
    return {row["id"]: row["name"] for row in rows}


def _glance(row: Row) -> RunGlance:
    began, ended = row["began"], row["ended"]
    seconds = None
    if began is not None and ended is not None:
        seconds = max(0.0, (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds())
    return RunGlance.model_validate({**dict(row), "seconds": seconds})
