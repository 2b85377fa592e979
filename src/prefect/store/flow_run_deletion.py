"""Deleting flow runs, with all that was recorded of them. Subflow runs stay."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from prefect.store.concurrency_slots import release_lease
from prefect.store.statements import Statement, Transaction

_AT_ONCE = 200
"""How many runs are deleted by one statement."""


def delete_flow_runs_with_all(ids: Sequence[str]) -> Transaction[list[str]]:
    """Delete flow runs with their states, task runs, logs and inputs. Return which of them there were."""
    deleted: list[str] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        meant = f"flow_run_id IN ({', '.join('?' * len(some))})"
        of_its_tasks = f"task_run_id IN (SELECT id FROM task_run WHERE {meant})"
        leases = yield Statement(
            "SELECT id FROM concurrency_lease WHERE holder_type = 'flow_run' AND expires_at IS NULL "
            f"AND holder_id IN ({', '.join('?' * len(some))})",
            some,
        )
        for lease in leases:  # that of a deployment: nothing else would end it
            yield from release_lease(UUID(lease["id"]))
        yield Statement(f"DELETE FROM background_task_run WHERE {of_its_tasks}", some)
        yield Statement(f"DELETE FROM task_run_state WHERE {of_its_tasks}", some)
        for table in ("task_run", "log", "flow_run_input", "flow_run_state", "flow_run_claim"):
            yield Statement(f"DELETE FROM {table} WHERE {meant}", some)
        rows = yield Statement(
            f"DELETE FROM flow_run WHERE id IN ({', '.join('?' * len(some))}) RETURNING id", some
        )
        there = {row["id"] for row in rows}
        deleted += [id for id in some if id in there]
    return deleted


def delete_flow_runs_of_flow(flow_id: UUID) -> Transaction[None]:
    """Delete all runs of a flow."""
    rows = yield Statement("SELECT id FROM flow_run WHERE flow_id = ?", (str(flow_id),))
    yield from delete_flow_runs_with_all([row["id"] for row in rows])
