"""Background task runs handed to task workers over a connection: reserved for one, then acknowledged or given back.

Unlike those that claim runs (`prefect.store.background_tasks`), these workers take the run out of the state Scheduled
themselves, after they have acknowledged it; from then on the run is theirs.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from prefect._clock import now
from prefect.schemas.states import StateType
from prefect.schemas.task_runs import TaskRun
from prefect.store.columns import timestamp_text
from prefect.store.statements import Statement, Transaction
from prefect.store.task_run_reading import find_task_run


def reserve_task_run(owner: str, task_keys: list[str], seconds: float) -> Transaction[TaskRun | None]:
    """Reserve the run that has waited longest for a worker with these tasks, and return it; None if there is none.

    Args:
        owner: For whom.
        task_keys: The keys of the tasks that the worker has.
        seconds: How long the reservation holds unless it is acknowledged or given back.
    """
    moment = timestamp_text(now())
    keys = ", ".join("?" * len(task_keys))
    while True:
        rows = yield Statement(
            f"SELECT task_run_id FROM background_task_run WHERE task_key IN ({keys}) AND scheduled_time <= ? "
            "AND (expires IS NULL OR expires < ?) ORDER BY scheduled_time, task_run_id LIMIT 1 {skip_locked}",
            (*task_keys, moment, moment),
        )
        if not rows:
            return None
        run_id = UUID(rows[0]["task_run_id"])
        task_run = yield from find_task_run(run_id)
        if task_run is not None and task_run.state_type is StateType.SCHEDULED:
            yield Statement(
                "UPDATE background_task_run SET owner = ?, expires = ? WHERE task_run_id = ?",
                (owner, timestamp_text(now() + timedelta(seconds=seconds)), str(run_id)),
            )
            return task_run
        # Deleted, cancelled, or begun by whoever has it: nobody has to wait for it any more.
        yield Statement("DELETE FROM background_task_run WHERE task_run_id = ?", (str(run_id),))


def is_waiting(task_keys: list[str]) -> Transaction[bool]:
    """Return whether a run waits for a worker with these tasks."""
    moment = timestamp_text(now())
    keys = ", ".join("?" * len(task_keys))
    rows = yield Statement(
        f"SELECT task_run_id FROM background_task_run WHERE task_key IN ({keys}) AND scheduled_time <= ? "
        "AND (expires IS NULL OR expires < ?) LIMIT 1",
        (*task_keys, moment, moment),
    )
    return bool(rows)


def acknowledge_task_run(owner: str, task_run_id: UUID) -> Transaction[None]:
    """Leave a run to the worker for which it was reserved."""
    yield Statement(
        "DELETE FROM background_task_run WHERE task_run_id = ? AND owner = ?", (str(task_run_id), owner)
    )


def give_back_task_run(owner: str, task_run_id: UUID) -> Transaction[None]:
    """Let another worker have a run that was reserved."""
    yield Statement(
        "UPDATE background_task_run SET owner = NULL, expires = NULL WHERE task_run_id = ? AND owner = ?",
        (str(task_run_id), owner),
    )
