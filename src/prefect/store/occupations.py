"""In whose hands runs are: what each worker of a pool, and each runner of a deployment, executes now."""

from __future__ import annotations

from uuid import UUID

from prefect.schemas.occupations import Occupation, executor_of
from prefect.store.conditions import Condition
from prefect.store.deployment_rows import found_deployment
from prefect.store.operations import operation
from prefect.store.slots_of_pools import OCCUPIES
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.work_pools import found_pool

MOST_OCCUPATIONS = 1_000
"""How many runs are told of at most: those that began last."""


@operation("GET", "/ui/work_pools/{name}/occupations", reads=True)
def read_work_pool_occupations(name: str) -> Transaction[list[Occupation]]:
    """Return the runs of a work pool that are in progress, and in whose hands each is, at most 1,000.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    pool = yield from found_pool(name)
    return (yield from _occupations(Condition("work_queue.work_pool_id = ?", (pool["id"],))))


@operation("GET", "/ui/deployments/{id}/occupations", reads=True)
def read_deployment_occupations(id: UUID) -> Transaction[list[Occupation]]:
    """Return the runs of a deployment that are in progress, and in whose hands each is, at most 1,000.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    yield from found_deployment(id)
    return (yield from _occupations(Condition("flow_run.deployment_id = ?", (str(id),))))


def _occupations(which: Condition) -> Transaction[list[Occupation]]:
    rows = yield Statement(
        "SELECT flow_run.id AS flow_run_id, flow_run.name AS flow_run_name, flow_run.flow_id AS flow_id, "
        "flow.name AS flow_name, flow_run.deployment_id AS deployment_id, flow_run.work_queue_id AS work_queue_id, "
        "flow_run.state_type AS state_type, flow_run.state_name AS state_name, flow_run.start_time AS start_time, "
        "claim.owner AS owner, claim.fence AS fence, claim.claimed_at AS since, "
        "claim.lease_seconds AS lease_seconds, claim.expires_at AS expires_at "
        "FROM flow_run LEFT JOIN flow ON flow.id = flow_run.flow_id "
        "LEFT JOIN work_queue ON work_queue.id = flow_run.work_queue_id "
        "LEFT JOIN flow_run_claim AS claim ON claim.flow_run_id = flow_run.id "
        f"WHERE {OCCUPIES} AND {which.sql} "
        "ORDER BY coalesce(claim.claimed_at, flow_run.start_time, flow_run.expected_start_time) DESC, flow_run.id "
        f"LIMIT {MOST_OCCUPATIONS}",
        which.parameters,
    )
    return [_occupation(row) for row in rows]


def _occupation(row: Row) -> Occupation:
    executor = executor_of(row["owner"])
    return Occupation.model_validate(
        {
            **dict(row),
            "executor_kind": executor.kind,
            "executor_name": executor.name,
            "machine": executor.machine,
            "pid": executor.pid,
            "is_held": row["expires_at"] is not None,
        }
    )
