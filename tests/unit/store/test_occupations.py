"""In whose hands the runs of a pool and of a deployment are."""

from __future__ import annotations

import os
from typing import Any, cast
from uuid import uuid4

import pytest

from prefect.exceptions import ObjectNotFound
from prefect.runner.supervision import Supervision
from prefect.schemas.occupations import Executor, executor_of
from prefect.schemas.states import StateType
from prefect.store.occupations import read_deployment_occupations, read_work_pool_occupations
from tests.unit.store.claiming import claim, enter
from tests.unit.store.deploying import deploy, pool, run_of
from tests.unit.store.runs import perform

WORKER = "worker 'big one' on box (12, 0190abcd-0000-7000-8000-000000000001)"


@pytest.mark.parametrize(
    ("owner", "executor"),
    [
        (WORKER, Executor("worker", "big one", "box", 12)),
        ("worker 'a' (0190abcd-0000-4000-8000-000000000001)", Executor("worker", "a")),
        ('runner "it\'s" on b.example (7, 0190-ab)', Executor("runner", "it's", "b.example", 7)),
        ("box 99 0190abcd-0000-7000-8000-000000000001", Executor("process", None, "box", 99)),
        ("somebody else", Executor(None, "somebody else")),
        (None, Executor(None, None)),
    ],
)
def test_the_owner_of_a_claim_tells_who_executes(owner: str | None, executor: Executor) -> None:
    """Workers and runners are told by their names, processes by their machine and number."""
    assert executor_of(owner) == executor


def test_a_pool_tells_what_each_of_its_workers_runs() -> None:
    """A run in progress is told with who has it, by which number, since when and for how long."""
    pool()
    pool("other")
    here, there = deploy(work_pool_name="pool"), deploy("there", work_pool_name="other")
    taken, waiting, elsewhere = run_of(here), run_of(here), run_of(there)
    claim(taken, WORKER, lease_seconds=20)
    claim(elsewhere, WORKER)
    (told,) = perform(read_work_pool_occupations, "pool")
    assert (told.flow_run_id, told.flow_name, told.deployment_id) == (taken.id, "load", here.id)
    assert (told.executor_kind, told.executor_name, told.pid) == ("worker", "big one", 12)
    assert (told.is_held, told.fence, told.lease_seconds) == (True, 1, 20)
    assert told.since is not None
    assert told.expires_at is not None
    assert (told.expires_at - told.since).total_seconds() == pytest.approx(20, abs=1)
    assert waiting.id != told.flow_run_id


def test_a_run_that_nobody_has_claimed_is_told_too() -> None:
    """Who executes it is not known, that it takes a slot is."""
    deployment = deploy()
    run = run_of(deployment)
    enter(run, StateType.RUNNING)
    (told,) = perform(read_deployment_occupations, deployment.id)
    assert (told.flow_run_id, told.is_held, told.fence, told.executor_kind) == (run.id, False, None, None)


def test_what_is_not_there_has_no_occupations() -> None:
    """Who asks about a pool or a deployment that is gone is told so."""
    with pytest.raises(ObjectNotFound):
        perform(read_work_pool_occupations, "gone")
    with pytest.raises(ObjectNotFound):
        perform(read_deployment_occupations, uuid4())


def test_runners_and_workers_are_known_by_what_they_call_themselves() -> None:
    """What a claim names as its owner is understood, whatever the name of the runner is."""
    for name in ("etl", "it's", 'a "b"', "x (1, 2)", "é\n"):
        owner = Supervision(f"runner {name!r}", cast("Any", None)).claims.owner
        told = executor_of(owner)
        assert (told.kind, told.name, told.pid) == ("runner", name, os.getpid())
