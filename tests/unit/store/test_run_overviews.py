"""What pages show at a glance: the dashboard, flows with their latest runs, runs to do something with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.states import StateType
from prefect.states import Failed, Late, Running, Scheduled
from prefect.store.dashboards import read_dashboard
from prefect.store.flow_overviews import read_flow_overviews
from prefect.store.run_history import count_flow_runs_by_interval
from prefect.store.run_selection import select_flow_runs
from tests.unit.store.building import NOON, later
from tests.unit.store.runs import create, names, perform, propose


def test_the_dashboard_tells_what_failed_what_runs_what_is_late_and_what_comes() -> None:
    """The flow of which most failed comes first, with the last that failed; late ones have waited longest first."""
    for number in (1, 2):
        propose(create(number, flow="save"), Failed(message=f"no. {number}"))
    propose(create(3), Failed(message="no. 3"))
    create(4, flow="save", kind=StateType.COMPLETED, total_run_time=timedelta(seconds=30))
    propose(create(5, flow="save"), Running())
    for number, minutes in ((6, 5), (7, 9)):
        due = now() - timedelta(minutes=minutes)
        waiting = create(number, kind=StateType.SCHEDULED, expected_start_time=due)
        propose(waiting, Late(scheduled_time=due), force=True)
    propose(create(8), Scheduled(scheduled_time=now() + timedelta(hours=1)))
    told = perform(read_dashboard, NOON - timedelta(days=1))
    assert [(each.last.flow_name, each.failed, each.last.name) for each in told.failing] == [
        ("save", 2, "run-2"),
        ("load", 1, "run-3"),
    ]
    assert told.failing[0].last.message == "no. 2"
    assert told.failing[0].all == 4
    assert [each.run.name for each in told.running] == ["run-5"]
    assert told.running_count == 1
    assert told.running[0].usual_run_time == timedelta(seconds=30)
    assert names(told.late.runs) == ["run-7", "run-6"]
    assert told.late.count == 2
    assert names(told.upcoming) == ["run-8"]
    assert perform(read_dashboard, now() + timedelta(days=1)).failing == []


def test_flows_are_told_with_their_latest_runs() -> None:
    """The newest run is the last; what is only to come is told apart."""
    for number in range(14):
        create(number, kind=StateType.COMPLETED)
    create(20, kind=StateType.SCHEDULED, expected_start_time=now() + timedelta(hours=1))
    create(21, flow="save")
    page = perform(read_flow_overviews)
    load, save = page.results
    assert (page.count, load.flow.name, save.flow.name) == (2, "load", "save")
    assert names(load.latest) == [f"run-{number}" for number in range(4, 14)]
    assert load.upcoming.name == "run-20"
    assert (names(save.latest), save.upcoming, save.deployments) == (["run-21"], None, 0)
    wanted = FlowFilter.model_validate({"name": {"like_": "AV"}})
    assert [each.flow.name for each in perform(read_flow_overviews, wanted).results] == ["save"]


def test_runs_are_selected_page_by_page() -> None:
    """All that are meant are found in the order of their ids, with what decides what can be done with them."""
    for number in range(1, 6):
        create(
            number,
            kind=StateType.COMPLETED if number % 2 else StateType.PENDING,
            deployment_id=UUID(int=9) if number == 3 else None,
        )
    wanted = FlowRunFilter.model_validate({"state": {"type": {"any_": ["COMPLETED"]}}})
    first = perform(select_flow_runs, flow_runs=wanted, limit=2)
    assert [(each.id.int & 0xFF, each.state_type, each.deployed) for each in first] == [
        (1, StateType.COMPLETED, False),
        (3, StateType.COMPLETED, True),
    ]
    rest = perform(select_flow_runs, flow_runs=wanted, after=first[-1].id, limit=2)
    assert [each.id.int & 0xFF for each in rest] == [5]


def test_what_begins_with_an_interval_is_counted_in_it() -> None:
    """Where an interval begins does not depend on how exactly a database reckons."""
    for number in range(30):
        create(number, kind=StateType.COMPLETED)
    told: list[Any] = perform(count_flow_runs_by_interval, later(0), later(30), timedelta(seconds=1))
    assert [[(state.state_name, state.count_runs) for state in each.states] for each in told] == [
        [("Completed", 1)]
    ] * 30
