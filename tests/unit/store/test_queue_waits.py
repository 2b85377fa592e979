"""Why queues of a work pool are stuck."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.states import StateType
from prefect.schemas.work_queues import WorkQueueCreate
from prefect.store.queue_waits import read_work_pool_waits
from prefect.store.work_queues import create_work_queue
from tests.unit.store.claiming import enter
from tests.unit.store.deploying import deploy, pool, run_of
from tests.unit.store.runs import perform


def test_each_queue_tells_how_much_is_due_in_it_and_why_the_oldest_waits() -> None:
    """What is to come is not waiting; what is in progress is counted too."""
    pool()
    slow = perform(create_work_queue, "pool", WorkQueueCreate(name="slow", is_paused=True))
    deployment = deploy(work_pool_name="pool", work_queue_name="slow")
    first, second, later = run_of(deployment), run_of(deployment), run_of(deployment)
    enter(first, StateType.SCHEDULED, "Late", scheduled_time=now() - timedelta(hours=2))
    enter(second, StateType.SCHEDULED, scheduled_time=now() - timedelta(hours=1))
    enter(later, StateType.SCHEDULED, scheduled_time=now() + timedelta(hours=1))
    running = run_of(deployment)
    enter(running, StateType.RUNNING)
    told, other = perform(read_work_pool_waits, "pool")
    assert (told.work_queue_id, told.in_progress, told.waiting, told.late) == (slow.id, 1, 2, 1)
    assert (other.in_progress, other.waiting, other.oldest_due, other.explanation) == (0, 0, None, None)
    assert told.explanation is not None
    assert told.explanation.flow_run_id == first.id
    assert "queue-paused" in [cause.code for cause in told.explanation.causes]


def test_a_pool_that_is_gone_has_no_waits() -> None:
    """Who asks about it is told so."""
    with pytest.raises(ObjectNotFound):
        perform(read_work_pool_waits, "gone")
