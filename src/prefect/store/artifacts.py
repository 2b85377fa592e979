"""Artifacts: every version is kept, and the latest of each key is known."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectNotFound
from prefect.schemas.artifacts import (
    Artifact,
    ArtifactCollection,
    ArtifactCollectionFilter,
    ArtifactCollectionSort,
    ArtifactCreate,
    ArtifactFilter,
    ArtifactSort,
    ArtifactUpdate,
)
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.paging import Offset
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.store.column_filters import among
from prefect.store.conditions import Condition, holds_text, is_set, none_of, one_of, together
from prefect.store.operations import operation
from prefect.store.run_conditions import flow_runs_meant, task_runs_meant
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.artifacts import ARTIFACT, ARTIFACT_COLLECTION

_SHOWN = ", ".join(
    f"artifact.{name}" for name in ("type", "description", "data", "metadata_", "flow_run_id", "task_run_id")
)
_LATEST = (
    "SELECT {what} FROM artifact_collection AS collection JOIN artifact ON artifact.id = collection.latest_id "
    "WHERE {where}"
)


@operation("POST", "/artifacts/", status=201)
def create_artifact(artifact: ArtifactCreate) -> Transaction[Artifact]:
    """Store a new artifact; with a key, it becomes the latest of that key."""
    moment = now()
    new = Artifact(id=uuid7(), created=moment, updated=moment, **dict(artifact))
    yield Statement(ARTIFACT.insert, ARTIFACT.encode(dict(new)))
    if new.key is not None:
        row = {"id": uuid7(), "created": moment, "updated": moment, "key": new.key, "latest_id": new.id}
        yield Statement(
            f"INSERT INTO artifact_collection ({', '.join(ARTIFACT_COLLECTION.columns)}) "
            f"VALUES {ARTIFACT_COLLECTION.group} ON CONFLICT (key) "
            "DO UPDATE SET latest_id = excluded.latest_id, updated = excluded.updated",
            ARTIFACT_COLLECTION.encode(row),
        )
    return new


@operation("GET", "/artifacts/{id}", reads=True)
def read_artifact(id: UUID) -> Transaction[Artifact]:
    """Return an artifact.

    Raises:
        ObjectNotFound: There is no such artifact.
    """
    return _artifact((yield from _found(id)))


@operation("GET", "/artifacts/{key}/latest", reads=True)
def read_latest_artifact(key: str) -> Transaction[Artifact]:
    """Return the latest artifact of a key.

    Raises:
        ObjectNotFound: There is no artifact of this key.
    """
    rows = yield Statement(_LATEST.format(what="artifact.*", where="collection.key = ?"), (key,))
    if not rows:
        raise ObjectNotFound(KeyError(key), f"There is no artifact with the key {key!r}.")
    return _artifact(rows[0])


@operation("POST", "/artifacts/filter", reads=True)
def read_artifacts(
    artifacts: ArtifactFilter | None = None,
    sort: ArtifactSort = ArtifactSort.ID_DESC,
    limit: int = 200,
    offset: Offset = 0,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
) -> Transaction[list[Artifact]]:
    """Return the artifacts that a filter means, every version.

    Args:
        artifacts: Which ones; by default all.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
        flows: Only those of runs of such flows.
        flow_runs: Only those of such flow runs.
        task_runs: Only those of such task runs.
        deployments: Only those of runs of such deployments.
    """
    where = _of_runs(_condition(artifacts), flows, flow_runs, task_runs, deployments)
    rows = yield Statement(
        f"SELECT * FROM artifact WHERE {where.sql} ORDER BY {_order('artifact', sort.value)} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return [_artifact(row) for row in rows]


@operation("POST", "/artifacts/count", reads=True)
def count_artifacts(
    artifacts: ArtifactFilter | None = None,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
) -> Transaction[int]:
    """Return how many artifacts filters mean, every version; see `read_artifacts`."""
    where = _of_runs(_condition(artifacts), flows, flow_runs, task_runs, deployments)
    rows = yield Statement(f"SELECT count(*) AS n FROM artifact WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("POST", "/artifacts/latest/filter", reads=True)
def read_latest_artifacts(
    artifacts: ArtifactCollectionFilter | None = None,
    sort: ArtifactCollectionSort = ArtifactCollectionSort.ID_DESC,
    limit: int = 200,
    offset: Offset = 0,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
) -> Transaction[list[ArtifactCollection]]:
    """Return the keys that a filter means, each as its latest artifact. The arguments are those of `read_artifacts`."""
    where = _of_runs(_condition(artifacts), flows, flow_runs, task_runs, deployments)
    rows = yield Statement(
        _LATEST.format(what=f"collection.*, {_SHOWN}", where=where.sql)
        + f" ORDER BY {_order('collection', sort.value)} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return [
        ArtifactCollection.model_validate({**ARTIFACT.decode(row), "latest_id": row["latest_id"]})
        for row in rows
    ]


@operation("POST", "/artifacts/latest/count", reads=True)
def count_latest_artifacts(
    artifacts: ArtifactCollectionFilter | None = None,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
) -> Transaction[int]:
    """Return how many keys filters mean; see `read_artifacts`."""
    where = _of_runs(_condition(artifacts), flows, flow_runs, task_runs, deployments)
    rows = yield Statement(_LATEST.format(what="count(*) AS n", where=where.sql), where.parameters)
    return rows[0]["n"]


@operation("PATCH", "/artifacts/{id}", status=204)
def update_artifact(id: UUID, artifact: ArtifactUpdate) -> Transaction[None]:
    """Change the fields of an artifact that are set in `artifact`.

    Raises:
        ObjectNotFound: There is no such artifact.
    """
    yield from _found(id)
    moment = now()
    changes: dict[str, Any] = {"updated": moment}
    changes |= {name: getattr(artifact, name) for name in artifact.model_fields_set}
    names = tuple(changes)
    yield Statement(ARTIFACT.update(names), [*ARTIFACT.encode(changes, names), str(id)])
    yield Statement(
        "UPDATE artifact_collection SET updated = ? WHERE latest_id = ?",
        (*ARTIFACT_COLLECTION.encode({"updated": moment}, ("updated",)), str(id)),
    )


@operation("DELETE", "/artifacts/{id}", status=204)
def delete_artifact(id: UUID) -> Transaction[None]:
    """Delete an artifact. If it was the latest of its key, the one before it becomes the latest.

    Raises:
        ObjectNotFound: There is no such artifact.
    """
    row = yield from _found(id)
    yield Statement("DELETE FROM artifact WHERE id = ?", (str(id),))
    if row["key"] is None:
        return
    before = yield Statement(
        "SELECT id FROM artifact WHERE key = ? ORDER BY created DESC, id DESC LIMIT 1", (row["key"],)
    )
    if before:
        yield Statement(
            "UPDATE artifact_collection SET latest_id = ?, updated = ? WHERE latest_id = ?",
            (before[0]["id"], *ARTIFACT_COLLECTION.encode({"updated": now()}, ("updated",)), str(id)),
        )
    else:
        yield Statement("DELETE FROM artifact_collection WHERE key = ?", (row["key"],))


def _found(id: UUID) -> Transaction[Row]:
    rows = yield Statement("SELECT * FROM artifact WHERE id = ?", (str(id),))
    if not rows:
        raise ObjectNotFound(KeyError(id), f"There is no artifact with the id {id}.")
    return rows[0]


def _artifact(row: Row) -> Artifact:
    return Artifact.model_validate(ARTIFACT.decode(row))


def _order(table: str, sort: str) -> str:
    column, _, direction = sort.rpartition("_")
    return f"{table}.{column.lower()} {direction}, {table}.id {direction}"


def _of_runs(
    artifacts: Condition,
    flows: FlowFilter | None,
    flow_runs: FlowRunFilter | None,
    task_runs: TaskRunFilter | None,
    deployments: DeploymentFilter | None,
) -> Condition:
    """What artifacts must fulfil that are meant and belong to runs that are."""
    conditions = [artifacts]
    if flows is not None or flow_runs is not None or deployments is not None:
        meant = flow_runs_meant(flow_runs, flows, None, deployments)
        conditions.append(among("artifact.flow_run_id", "flow_run.id", "flow_run", meant))
    if task_runs is not None:
        conditions.append(
            among("artifact.task_run_id", "task_run.id", "task_run", task_runs_meant(task_runs))
        )
    return together(conditions)


def _condition(wanted: ArtifactFilter | ArtifactCollectionFilter | None) -> Condition:
    if wanted is None:
        return together([])
    ids = wanted.id if isinstance(wanted, ArtifactFilter) else wanted.latest_id
    conditions = [
        one_of(f"artifact.{column}", which.any_)
        for column, which in {
            "id": ids,
            "flow_run_id": wanted.flow_run_id,
            "task_run_id": wanted.task_run_id,
            "key": wanted.key,
            "type": wanted.type,
        }.items()
        if which is not None and which.any_ is not None
    ]
    if wanted.key is not None and wanted.key.like_ is not None:
        conditions.append(holds_text("artifact.key", wanted.key.like_))
    if wanted.key is not None and wanted.key.exists_ is not None:
        conditions.append(is_set("artifact.key", wanted.key.exists_))
    if wanted.type is not None and wanted.type.not_any_ is not None:
        conditions.append(none_of("artifact.type", wanted.type.not_any_))
    return together(conditions, wanted.operator)
