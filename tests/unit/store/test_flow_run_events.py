"""What is told of the states of flow runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.schemas.deployments import DeploymentCreate
from prefect.schemas.events import Event, EventFilter
from prefect.schemas.flow_runs import FlowRun, FlowRunCreate
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import StateCreate, StateDetails, StateType
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.states import Completed, Running
from prefect.store.deployments import create_deployment
from prefect.store.events import read_events
from prefect.store.flow_run_creation import create_flow_run
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.flows import create_flow
from prefect.store.states import read_flow_run_states
from prefect.store.untold_states import count_untold, first_id_of, tell_next_states, tell_untold_states
from prefect.store.work_pools import create_work_pool
from tests.unit.store.building import NOON
from tests.unit.store.runs import create, flow_named, perform, propose, record, written

SPAN = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=365 * 100)}
ALL = EventFilter.model_validate({"occurred": SPAN, "order": "ASC"})


def events() -> list[Event]:
    """Return all events, the oldest first."""
    return perform(read_events, ALL).events


def set_state(run: FlowRun, kind: str, **fields: Any) -> Any:
    """Propose a state as a server is asked to."""
    return perform(set_flow_run_state, run.id, StateCreate(type=StateType(kind), **fields))


def test_each_state_of_a_flow_run_is_told() -> None:
    """The event has the id and the time of the state, follows the one before, and names what had a part in it."""
    flow = perform(create_flow, FlowCreate(name="load", tags=["c", "a"]))
    run = perform(create_flow_run, FlowRunCreate(flow_id=flow.id, name="otter", tags=["b", "a"]))
    set_state(run, "RUNNING", message="go")
    pending, running = events()
    states = perform(read_flow_run_states, run.id)
    assert [pending.id, running.id] == [state.id for state in states]
    assert (pending.follows, running.follows) == (None, pending.id)
    assert (pending.event, running.event) == ("prefect.flow-run.Pending", "prefect.flow-run.Running")
    assert running.occurred == states[1].timestamp
    assert running.resource.root == {
        "prefect.resource.id": f"prefect.flow-run.{run.id}",
        "prefect.resource.name": "otter",
        "prefect.run-count": "1",
        "prefect.state-message": "go",
        "prefect.state-name": "Running",
        "prefect.state-timestamp": states[1].timestamp.isoformat(),
        "prefect.state-type": "RUNNING",
    }
    assert [related.root for related in running.related] == [
        {
            "prefect.resource.id": f"prefect.flow.{run.flow_id}",
            "prefect.resource.role": "flow",
            "prefect.resource.name": "load",
        },
        {"prefect.resource.id": "prefect.tag.a", "prefect.resource.role": "tag"},
        {"prefect.resource.id": "prefect.tag.b", "prefect.resource.role": "tag"},
        {"prefect.resource.id": "prefect.tag.c", "prefect.resource.role": "tag"},
    ]
    assert pending.payload == {
        "intended": {"from": None, "to": "PENDING"},
        "initial_state": None,
        "validated_state": {"type": "PENDING", "name": "Pending"},
    }
    assert running.payload == {
        "intended": {"from": "PENDING", "to": "RUNNING"},
        "initial_state": {"type": "PENDING", "name": "Pending"},
        "validated_state": {"type": "RUNNING", "name": "Running", "message": "go"},
    }


def test_a_refused_state_is_not_told() -> None:
    """Nothing has happened; a state that is written in its place has."""
    details = StateDetails(scheduled_time=NOON)
    state = StateCreate(type=StateType.SCHEDULED, state_details=details)
    run = perform(create_flow_run, FlowRunCreate(flow_id=flow_named(), state=state))
    set_state(run, "PAUSED")
    assert len(events()) == 1
    set_state(run, "CANCELLING")
    last = events()[-1]
    assert (last.event, last.payload["intended"]["to"]) == ("prefect.flow-run.Cancelled", "CANCELLED")


def test_a_subflow_run_names_the_task_run_that_stands_for_it() -> None:
    """Who follows a task run finds the subflow run too."""
    task_run = record(1, kind=StateType.PENDING)
    asked = FlowRunCreate(flow_id=flow_named(), parent_task_run_id=task_run.id)
    perform(create_flow_run, asked)
    related = {each.role: each for each in events()[0].related}
    assert related["task-run"].id == f"prefect.task-run.{task_run.id}"
    assert related["task-run"].name == "task-1"


def test_a_run_of_a_deployment_names_all_that_it_belongs_to() -> None:
    """The deployment, the work queue, the work pool and who made the run are told, each in its role."""
    flow = flow_named()
    perform(create_work_pool, WorkPoolCreate(name="pool", type="process"))
    wanted = DeploymentCreate(name="nightly", flow_id=flow, work_pool_name="pool", tags=["d"])
    deployment = perform(create_deployment, wanted)
    asked = FlowRunCreate(flow_id=flow, deployment_id=deployment.id, work_pool_name="pool")
    perform(create_flow_run, asked)
    (event,) = [each for each in events() if each.event.startswith("prefect.flow-run.")]
    named = {each.role: each.name for each in event.related}
    assert named == {
        "flow": "load",
        "deployment": "nightly",
        "work-queue": "default",
        "work-pool": "pool",
        "tag": None,
    }
    assert event.resources_in_role["work-pool"][0]["prefect.work-pool.type"] == "process"


def test_states_that_a_process_recorded_by_itself_are_told_later() -> None:
    """A server tells of the flow runs of processes that keep their own records, as if it had been there."""
    run = create(1, id=UUID(int=77))
    propose(run, Running())
    propose(run, Completed())
    assert events() == []
    since = first_id_of(NOON - timedelta(days=1))
    last = written(lambda: tell_untold_states(since, limit=2))
    assert last is not None
    assert len(events()) == 2
    assert written(lambda: tell_untold_states(last)) == str(events()[-1].id)
    states = perform(read_flow_run_states, run.id)
    assert {event.id for event in events()} == {state.id for state in states}
    by_id = {event.id: event for event in events()}
    assert [by_id[state.id].resource.root["prefect.run-count"] for state in states] == ["0", "1", "1"]
    assert [by_id[state.id].follows for state in states] == [None, states[0].id, states[1].id]
    assert written(lambda: tell_untold_states(since)) is None
    assert written(lambda: tell_untold_states(first_id_of(NOON + timedelta(days=365 * 100)))) is None


def test_a_server_remembers_up_to_where_it_has_told() -> None:
    """States are told of once; those that are older than events are kept are left alone."""
    run = create(1)
    propose(run, Running())
    moment, horizon = now(), now() - timedelta(days=1)
    assert written(lambda: count_untold(horizon)) == 2
    assert written(lambda: count_untold(moment + timedelta(days=1))) == 0
    assert written(lambda: tell_next_states(moment, horizon, 10)) is True
    assert len(events()) == 2
    assert written(lambda: tell_next_states(moment, horizon, 10)) is False
    propose(run, Completed())
    much_later = moment + timedelta(hours=1)
    assert written(lambda: tell_next_states(much_later, horizon, 10)) is True
    assert len(events()) == 3
    assert written(lambda: count_untold(horizon)) == 0
