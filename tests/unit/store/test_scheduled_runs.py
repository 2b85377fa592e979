"""Runs that are made ahead of time, and runs that are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.deployments import DeploymentResponse, DeploymentStatus
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.schemas.work_pools import WorkPoolUpdate
from prefect.schemas.work_queues import WorkQueueCreate, WorkQueueStatus, WorkQueueUpdate
from prefect.store.deployment_scheduling import schedule_deployment
from prefect.store.deployments import read_deployment
from prefect.store.scheduled_runs import (
    get_scheduled_flow_runs,
    get_scheduled_flow_runs_for_deployments,
    read_work_queue_runs,
    work_queue_check_for_deployment,
)
from prefect.store.work_pools import update_work_pool
from prefect.store.work_queues import create_work_queue, read_work_queue, update_work_queue_of_pool
from tests.unit.store.deploying import HOURLY, deploy, pool, run_of, runs_of, told
from tests.unit.store.runs import names, perform

START = datetime(2030, 6, 1, 12, 30, tzinfo=UTC)


def schedule(deployment: DeploymentResponse, **how: Any) -> list[str]:
    """Make runs ahead of time from half past twelve on, and return when all runs are expected, as hours."""
    perform(schedule_deployment, deployment.id, START, **how)
    return [f"{run.expected_start_time:%d %H:%M}" for run in runs_of(deployment.id)]


def due(run_in: timedelta = timedelta(0), **fields: Any) -> dict[str, Any]:
    """Return the fields of a run that is scheduled for then."""
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": (now() + run_in).isoformat()}}
    return {"state": state, **fields}


def taken(name: str = "pool", **how: Any) -> list[str]:
    """Return the names of the runs that a worker finds."""
    return [found.flow_run.name for found in perform(get_scheduled_flow_runs, name, **how)]


def test_runs_are_made_ahead_of_time() -> None:
    """At least so many, for at least so long, at most so many, and never after the end."""
    made = deploy(schedules=[HOURLY])
    assert schedule(made) == ["01 13:00", "01 14:00", "01 15:00"]
    assert schedule(made, min_runs=1, min_time=4 * 3600) == [f"01 {hour}:00" for hour in range(13, 17)]
    assert len(schedule(made, min_runs=20, max_runs=8)) == 8
    end = START + timedelta(hours=1)
    assert schedule(deploy("short", schedules=[HOURLY]), end_time=end) == ["01 13:00"]
    perform(schedule_deployment, uuid4())


def test_a_slot_gets_one_run() -> None:
    """However often runs are made ahead of time, a date of a schedule has one."""
    made = deploy(schedules=[HOURLY])
    schedule(made)
    runs = runs_of(made.id)
    assert len(schedule(made)) == 3
    assert [run.id for run in runs_of(made.id)] == [run.id for run in runs]


def test_a_run_tells_where_it_came_from() -> None:
    """It has the parameters of its schedule before those of the deployment, and a tag that tells it apart."""
    pool()
    made = deploy(
        work_pool_name="pool",
        version="7",
        tags=["t"],
        labels={"l": 1},
        parameters={"x": 1, "y": 1},
        schedules=[{**HOURLY, "parameters": {"y": 2}}],
    )
    schedule(made)
    run = runs_of(made.id)[0]
    assert (run.parameters, run.tags, run.auto_scheduled) == ({"x": 1, "y": 2}, ["t", "auto-scheduled"], True)
    assert (run.deployment_version, run.work_pool_name, run.work_queue_name) == ("7", "pool", "default")
    assert (run.created_by.id, run.created_by.type) == (made.schedules[0].id, "SCHEDULE")
    assert run.created_by.display_value == "hourly"
    assert run.labels == {
        "prefect.flow.id": str(made.flow_id),
        "l": 1,
        "prefect.deployment.id": str(made.id),
    }
    assert (run.state.type, run.next_scheduled_start_time) == (StateType.SCHEDULED, run.expected_start_time)
    assert run.state.state_details.scheduled_time == START.replace(hour=13, minute=0)


def test_schedules_say_how_many_runs_they_have_ahead() -> None:
    """A schedule that is not active has none, and one with a maximum no more than that."""
    made = deploy(schedules=[{**HOURLY, "active": False}, {**HOURLY, "slug": "two", "max_scheduled_runs": 2}])
    assert schedule(made) == ["01 13:00", "01 14:00"]


def test_a_worker_finds_the_runs_that_are_due() -> None:
    """Those of the queue at the front first, and in a queue those that are due first."""
    pool()
    perform(create_work_queue, "pool", WorkQueueCreate(name="high", priority=1))
    made = deploy(work_pool_name="pool")
    hour = timedelta(hours=1)
    for name, before in (("second", hour), ("first", 2 * hour), ("later", -hour)):
        run_of(made, **due(-before, name=name))
    run_of(made, **due(name="urgent", work_queue_name="high"))
    run_of(made, name="running", state={"type": "RUNNING"})
    assert taken() == ["urgent", "first", "second", "later"]
    assert taken(scheduled_before=now()) == ["urgent", "first", "second"]
    assert taken(scheduled_after=now() - 1.5 * hour, limit=2) == ["urgent", "second"]
    assert taken(work_queue_names=["high"]) == ["urgent"]
    with pytest.raises(ObjectNotFound, match="no work queue 'x' in a work pool 'pool'"):
        taken(work_queue_names=["x"])
    with pytest.raises(ObjectNotFound, match="no work pool"):
        taken("nope")


def test_limits_say_how_many_runs_a_worker_finds() -> None:
    """Runs in progress take slots of their queue and of their pool."""
    pool()
    made = deploy(work_pool_name="pool")
    for number in range(4):
        run_of(made, **due(name=str(number)))
    run_of(made, state={"type": "PENDING"})
    perform(update_work_queue_of_pool, "pool", "default", WorkQueueUpdate(concurrency_limit=3))
    assert taken() == ["0", "1"]
    perform(update_work_pool, "pool", WorkPoolUpdate(concurrency_limit=2))
    assert taken() == ["0"]
    perform(update_work_pool, "pool", WorkPoolUpdate(concurrency_limit=0))
    assert taken() == []


def test_nothing_is_found_in_what_is_paused() -> None:
    """A paused queue or pool keeps its runs."""
    pool()
    run_of(deploy(work_pool_name="pool"), **due())
    perform(update_work_queue_of_pool, "pool", "default", WorkQueueUpdate(is_paused=True))
    assert taken() == []
    perform(update_work_queue_of_pool, "pool", "default", WorkQueueUpdate(is_paused=False))
    perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=True))
    assert taken() == []


def test_who_looks_for_runs_makes_queues_and_deployments_ready() -> None:
    """It is told once, when it begins."""
    pool()
    made = deploy(work_pool_name="pool")
    taken()
    taken()
    queue = perform(read_work_queue, made.work_queue_id)
    assert queue.status is WorkQueueStatus.READY
    after = perform(read_deployment, made.id)
    assert (after.status, after.last_polled) == (DeploymentStatus.READY, queue.last_polled)
    assert told("work-queue.ready") == ["work-queue.ready default"]
    assert told("deployment.ready") == ["deployment.ready nightly"]


def test_who_serves_deployments_finds_their_runs() -> None:
    """Limits and pauses of pools are no concern of those who serve a deployment themselves."""
    one, other = deploy("one"), deploy("other")
    late = run_of(one, **due(-timedelta(hours=1), name="late"))
    run_of(other, **due(name="now"))
    run_of(other, **due(timedelta(hours=1), name="later"))

    def found(*deployments: DeploymentResponse, **how: Any) -> list[FlowRun]:
        ids = [each.id for each in deployments]
        return perform(get_scheduled_flow_runs_for_deployments, ids, **how)

    assert names(found(one, other)) == ["late", "now", "later"]
    assert names(found(one, other, scheduled_before=now())) == ["late", "now"]
    assert found(one)[0].state == late.state
    assert names(found(other, limit=1)) == ["now"]
    assert found() == []
    assert perform(read_deployment, one.id).status is DeploymentStatus.READY


def test_an_agent_finds_the_runs_of_a_queue() -> None:
    """Who only wants to see them does not make the queue ready."""
    pool()
    made = deploy(work_pool_name="pool")
    run_of(made, **due(name="now"))
    assert names(perform(read_work_queue_runs, made.work_queue_id, x_prefect_ui=True)) == ["now"]
    assert perform(read_work_queue, made.work_queue_id).status is WorkQueueStatus.NOT_READY
    assert names(perform(read_work_queue_runs, made.work_queue_id, scheduled_before=now())) == ["now"]
    assert perform(read_work_queue, made.work_queue_id).status is WorkQueueStatus.READY


def test_the_queues_of_a_deployment_are_told() -> None:
    """Its own stands first, then those of its pool."""
    pool()
    perform(create_work_queue, "pool", WorkQueueCreate(name="high", priority=1))
    made = deploy(work_pool_name="pool")
    assert names(perform(work_queue_check_for_deployment, made.id)) == ["default", "high"]
    assert perform(work_queue_check_for_deployment, deploy("none").id) == []
