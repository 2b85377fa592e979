"""The concurrency limits of deployments: a named limit of their own, or one that they share.

How runs take the slots of these limits is in `deployment_slots`.
"""

from __future__ import annotations

from uuid import UUID

from prefect.exceptions import ObjectNotFound
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create, ConcurrencyLimitV2Update
from prefect.schemas.deployments import DeploymentCreate, DeploymentUpdate
from prefect.store.concurrency_limits import (
    create_concurrency_limit_v2,
    delete_limit,
    update_concurrency_limit_v2,
)
from prefect.store.statements import Statement, Transaction


def own_limit_name(deployment_id: str) -> str:
    """Return the name of the limit that a deployment has for itself."""
    return f"deployment:{deployment_id}"


def limit_wanted(
    deployment_id: str, present: str | None, wanted: DeploymentCreate | DeploymentUpdate
) -> Transaction[str | None]:
    """Give a deployment the limit that is wanted, and return the id of its limit.

    Args:
        deployment_id: The deployment.
        present: The id of the limit that it has.
        wanted: What was sent; what is not set stays.

    Raises:
        ObjectNotFound: There is no limit that could be shared.
    """
    if wanted.global_concurrency_limit_id is not None:
        yield from drop_own_limit(deployment_id)
        return (yield from _shared(wanted.global_concurrency_limit_id))
    if wanted.concurrency_limit is not None:
        return (yield from _own(deployment_id, wanted.concurrency_limit))
    if not wanted.model_fields_set & {"concurrency_limit", "global_concurrency_limit_id"}:
        return present
    yield from drop_own_limit(deployment_id)
    return None


def _own(deployment_id: str, slots: int) -> Transaction[str]:
    name = own_limit_name(deployment_id)
    rows = yield Statement("SELECT id, slot_limit FROM concurrency_limit WHERE name = ?", (name,))
    if rows:
        if rows[0]["slot_limit"] != slots:
            yield from update_concurrency_limit_v2(UUID(rows[0]["id"]), ConcurrencyLimitV2Update(limit=slots))
        return rows[0]["id"]
    made = yield from create_concurrency_limit_v2(ConcurrencyLimitV2Create(name=name, limit=slots))
    return str(made.id)


def _shared(limit_id: UUID) -> Transaction[str]:
    rows = yield Statement("SELECT id FROM concurrency_limit WHERE id = ?", (str(limit_id),))
    if not rows:
        raise ObjectNotFound(
            KeyError(limit_id),
            f"There is no concurrency limit {limit_id}. "
            "`prefect global-concurrency-limit ls` lists those that there are.",
        )
    return rows[0]["id"]


def drop_own_limit(deployment_id: str) -> Transaction[None]:
    """Delete the limit that a deployment has for itself, if it has one."""
    rows = yield Statement(
        "SELECT id FROM concurrency_limit WHERE name = ?", (own_limit_name(deployment_id),)
    )
    for row in rows:
        yield from delete_limit(row["id"])
