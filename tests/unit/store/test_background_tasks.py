"""Claims on background task runs: one living worker has each run."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect import task
from prefect.backend import get_backend
from prefect.schemas.task_runs import TaskRun
from prefect.store.background_tasks import (
    MOST_CLAIMS,
    claim_task_runs,
    count_due_task_runs,
    end_claims,
    read_ended_task_runs,
    renew_claims,
)


@task
def work(number: int) -> int:
    return number


KEYS = [work.task_key]


def claim(owner: str, *, limit: int = 10, seconds: float = 60) -> list[TaskRun]:
    return get_backend().perform(claim_task_runs, owner, KEYS, limit, seconds).result()


def state_name(run_id: UUID) -> Any:
    stored = get_backend().read_task_run(run_id)
    return stored and stored.state_name


def test_a_run_is_claimed_once_and_the_oldest_first() -> None:
    """Two workers share what there is; each run is Pending from then on and knows its parameters."""
    ids = [work.delay(number).task_run_id for number in range(3)]
    assert get_backend().perform(count_due_task_runs, KEYS).result() == 3
    first, rest = claim("a", limit=2), claim("b")
    assert [run.id for run in first + rest] == ids
    assert claim("c") == []
    assert get_backend().perform(count_due_task_runs, KEYS).result() == 0
    assert state_name(ids[0]) == "Pending"
    assert first[0].state is not None
    assert first[0].state.state_details.task_parameters_id is not None


def test_the_claim_of_a_worker_that_died_lapses() -> None:
    """After its expiry the run is given to another worker; renewing it in time prevents that."""
    run_id = work.delay(1).task_run_id
    assert [run.id for run in claim("dead", seconds=-1)] == [run_id]
    assert [run.id for run in claim("a", seconds=-1)] == [run_id]
    get_backend().perform(renew_claims, "dead", [run_id], 60.0).result()
    assert get_backend().perform(count_due_task_runs, KEYS).result() == 1
    get_backend().perform(renew_claims, "a", [run_id], 60.0).result()
    assert claim("b") == []


def test_a_run_that_ends_its_workers_is_given_up() -> None:
    """After some workers have died of it, the run ends as Crashed and says why."""
    run_id = work.delay(1).task_run_id
    for number in range(MOST_CLAIMS):
        assert claim(f"dead {number}", seconds=-1)
    assert claim("a") == []
    assert state_name(run_id) == "Crashed"
    assert get_backend().perform(read_ended_task_runs, [run_id]).result() == [run_id]


def test_an_ended_claim_is_forgotten_by_its_owner_only() -> None:
    """Who lost a claim cannot end it for the one who has it now."""
    run_id = work.delay(1).task_run_id
    claim("a", seconds=-1)
    get_backend().perform(end_claims, "b", [run_id]).result()
    assert get_backend().perform(count_due_task_runs, KEYS).result() == 1
    get_backend().perform(end_claims, "a", [run_id]).result()
    assert get_backend().perform(count_due_task_runs, KEYS).result() == 0
