"""What a backend promises to the engine holds whatever is behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from prefect._ids import uuid7
from prefect.backend.protocol import Backend
from prefect.exceptions import ConcurrencySlotsTaken, ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create
from prefect.schemas.events import Event, EventFilter, EventNameFilter
from prefect.schemas.flow_runs import FlowRun, FlowRunPolicy
from prefect.schemas.resources import Resource
from prefect.schemas.run_inputs import Parameter
from prefect.schemas.states import State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.schemas.variables import VariableCreate
from prefect.states import Completed, Failed, Running
from prefect.store import concurrency_leases, concurrency_limits, events, variables

Fresh = Callable[[str], str]
ENOUGH = 30


def pending(**details: Any) -> State[Any]:
    """A first state."""
    return State(type=StateType.PENDING, state_details=StateDetails(**details))


def flow_run(backend: Backend, name: str, **facts: Any) -> FlowRun:
    """A new flow run of a flow that has its name."""
    flow = backend.register_flow(name).result(ENOUGH)
    return FlowRun(flow_id=flow.id, name=name, state=pending(), **facts)


def task_run(flow_run: FlowRun, name: str) -> TaskRun:
    """A new task run of a flow run, not recorded yet."""
    first = pending(flow_run_id=flow_run.id)
    return TaskRun(
        id=uuid7(),
        name=name,
        flow_run_id=flow_run.id,
        task_key="t-1",
        dynamic_key=name,
        tags=["a", "b"],
        task_inputs={"x": [Parameter(name="y")]},
        expected_start_time=first.timestamp,
        state=first,
        state_id=first.id,
        state_type=first.type,
        state_name=first.name,
    )


def enter(backend: Backend, run: TaskRun, state: State[Any], **changes: Any) -> None:
    """Let a task run enter a state."""
    vars(run).update(state=state, state_id=state.id, state_type=state.type, state_name=state.name, **changes)
    backend.record_task_run(run, state)


def test_a_flow_has_one_id(backend: Backend, fresh: Fresh) -> None:
    """A flow that is registered twice is the same flow."""
    name = fresh("flow")
    first = backend.register_flow(name).result(ENOUGH)
    assert backend.register_flow(name).result(ENOUGH).id == first.id
    found = backend.read_flow(first.id)
    assert found is not None
    assert found.name == name
    assert backend.read_flow(uuid4()) is None
    assert set(backend.read_flows([first.id, uuid4()])) == {first.id}


def test_a_flow_run_is_stored_as_it_was_given(backend: Backend, fresh: Fresh) -> None:
    """A run is found by its id and by its name, with what it was made with."""
    name = fresh("run")
    run = backend.create_flow_run(
        flow_run(backend, name, parameters={"x": [1]}, tags=["b"], flow_version="v", context={"a": 1})
    ).result(ENOUGH)
    found = backend.read_flow_run(run.id)
    assert found is not None
    assert (found.name, found.parameters, found.tags, found.flow_version) == (name, {"x": [1]}, ["b"], "v")
    assert found.state is not None
    assert found.state.is_pending()
    assert [each.id for each in backend.find_flow_runs(name)] == [run.id]
    assert [each.id for each in backend.list_flow_runs(flow_names=[name])] == [run.id]
    assert backend.count_flow_runs(flow_names=[name], state_types=["PENDING"]) == 1
    assert backend.read_flow_run(uuid4()) is None


def test_a_run_moves_as_it_is_decided(backend: Backend, fresh: Fresh) -> None:
    """Proposed states are accepted, or another one holds instead, and all of them are remembered."""
    made = flow_run(backend, fresh("run"), empirical_policy=FlowRunPolicy(retries=1, retry_delay=0))
    run = backend.create_flow_run(made).result(ENOUGH)
    answer = backend.propose_flow_run_state(run.id, Running()).result(ENOUGH)
    assert answer.status.value == "ACCEPT"
    answer = backend.propose_flow_run_state(run.id, Failed(message="once")).result(ENOUGH)
    assert answer.status.value == "REJECT"
    assert answer.state is not None
    assert answer.state.name == "AwaitingRetry"
    backend.propose_flow_run_state(run.id, Running()).result(ENOUGH)
    backend.propose_flow_run_state(run.id, Failed(message="twice")).result(ENOUGH)
    names = [state.name for state in backend.read_flow_run_states(run.id)]
    assert names == ["Pending", "Running", "AwaitingRetry", "Running", "Failed"]
    found = backend.read_flow_run(run.id)
    assert found is not None
    assert found.run_count == 2


def test_what_must_not_go_on_is_told(backend: Backend, fresh: Fresh) -> None:
    """A state that the run may not enter is aborted, with a reason."""
    run = backend.create_flow_run(flow_run(backend, fresh("run"))).result(ENOUGH)
    answer = backend.propose_flow_run_state(run.id, pending()).result(ENOUGH)
    assert answer.status.value == "ABORT"
    assert getattr(answer.details, "reason", None)


def test_a_value_in_memory_stays_with_who_proposed_it(backend: Backend, fresh: Fresh) -> None:
    """The answer to a state has the result that it was proposed with, stored or not."""
    run = backend.create_flow_run(flow_run(backend, fresh("run"))).result(ENOUGH)
    backend.propose_flow_run_state(run.id, Running()).result(ENOUGH)
    value = object()
    answer = backend.propose_flow_run_state(run.id, Completed(data=value)).result(ENOUGH)
    assert answer.state is not None
    assert answer.state.data is value
    found = backend.read_flow_run(run.id)
    assert found is not None
    assert found.state is not None
    assert found.state.data is None


def test_a_run_is_renamed_and_deleted(backend: Backend, fresh: Fresh) -> None:
    """A run has its new name at once, and once it was deleted it is gone."""
    run = backend.create_flow_run(flow_run(backend, fresh("run"))).result(ENOUGH)
    backend.rename_flow_run(run.id, "other").result(ENOUGH)
    found = backend.read_flow_run(run.id)
    assert found is not None
    assert found.name == "other"
    assert backend.delete_flow_run(run.id).result(ENOUGH) is True
    assert backend.delete_flow_run(run.id).result(ENOUGH) is False
    with pytest.raises(ObjectNotFound):
        backend.propose_flow_run_state(run.id, Running()).result(ENOUGH)


def test_task_runs_are_there_when_they_were_flushed(backend: Backend, fresh: Fresh) -> None:
    """What was recorded of task runs is there, every state of it, in its order, when a flush is done."""
    run = backend.create_flow_run(flow_run(backend, fresh("run"))).result(ENOUGH)
    made = [task_run(run, f"step-{number}") for number in range(300)]
    for each in made:
        backend.create_task_run(each)
    for each in made:
        enter(backend, each, Running(), run_count=1, start_time=datetime.now(UTC))
        enter(backend, each, Completed(), end_time=datetime.now(UTC))
    backend.flush().result(ENOUGH)
    found = soon(lambda: backend.count_task_runs(flow_run_id=run.id, state_types=["COMPLETED"]), 300)
    assert found == 300
    assert backend.task_run_counts_by_state(run.id) == {"COMPLETED": 300}
    one = backend.read_task_run(made[7].id)
    assert one is not None
    assert (one.name, one.tags, one.run_count, one.flow_run_id) == ("step-7", ["a", "b"], 1, run.id)
    assert one.task_inputs == made[7].task_inputs
    assert [state.name for state in backend.read_task_run_states(one.id)] == [
        "Pending",
        "Running",
        "Completed",
    ]
    assert [state.id for state in backend.read_task_run_states(one.id)][-1] == made[7].state_id
    listed = backend.list_task_runs(flow_run_id=run.id, oldest_first=True, limit=250)
    assert len(listed) == 250


def soon(look: Callable[[], Any], wanted: Any) -> Any:
    """Look until something is so, for at most a second: a server may make records of what it has after it said so."""
    import time

    deadline = time.monotonic() + 1
    while (found := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def test_a_subflow_run_is_found_below_its_caller(backend: Backend, fresh: Fresh) -> None:
    """A run that another one called is listed as its child, by the task run that stands for it."""
    name = fresh("parent")
    parent = backend.create_flow_run(flow_run(backend, name)).result(ENOUGH)
    standing = task_run(parent, "child-0")
    backend.create_task_run(standing)
    made = flow_run(backend, fresh("child"), parent_task_run_id=standing.id)
    child = backend.create_flow_run(made).result(ENOUGH)
    backend.propose_flow_run_state(child.id, Running()).result(ENOUGH)
    backend.propose_flow_run_state(child.id, Completed()).result(ENOUGH)
    backend.flush().result(ENOUGH)
    assert [each.id for each in backend.list_child_flow_runs(parent.id)] == [child.id]
    stands = soon(lambda: getattr(backend.read_task_run(standing.id), "state_name", None), "Completed")
    assert stands == "Completed"


def test_log_lines_are_there_when_they_were_flushed(backend: Backend, fresh: Fresh) -> None:
    """Lines are read in the order of their time, above a level, for a run."""
    run = backend.create_flow_run(flow_run(backend, fresh("run"))).result(ENOUGH)
    for number in range(5):
        moment = datetime(2026, 1, 1, 0, 0, number, tzinfo=UTC)
        backend.record_log("test", 10 * number, f"line {number}", moment, run.id, None)
    backend.flush().result(ENOUGH)
    assert [line.message for line in backend.list_logs(flow_run_id=run.id, minimum_level=20)] == [
        "line 2",
        "line 3",
        "line 4",
    ]
    assert backend.count_logs(flow_run_id=run.id) == 5


def test_events_are_recorded_once(backend: Backend, fresh: Fresh) -> None:
    """An event that is recorded twice is there once."""
    name = fresh("something.happened")
    event = Event(event=name, resource=Resource({"prefect.resource.id": "thing"}), payload={"n": 1})
    backend.perform(events.create_events, [event]).result(ENOUGH)
    backend.perform(events.create_events, [event]).result(ENOUGH)
    wanted = EventFilter(event=EventNameFilter(name=[name]))
    page = soon(lambda: backend.perform(events.read_events, wanted).result(ENOUGH).total, 1)
    assert page == 1


def test_operations_raise_the_same_everywhere(backend: Backend, fresh: Fresh) -> None:
    """What an operation refuses is told by the same exceptions, with a reason."""
    name = fresh("v").replace("-", "_")
    backend.perform(variables.create_variable, VariableCreate(name=name, value=1)).result(ENOUGH)
    with pytest.raises(ObjectAlreadyExists):
        backend.perform(variables.create_variable, VariableCreate(name=name, value=1)).result(ENOUGH)
    with pytest.raises(ObjectNotFound, match="nothing_here"):
        backend.perform(variables.read_variable_by_name, "nothing_here").result(ENOUGH)
    limit = fresh("limit")
    backend.perform(
        concurrency_limits.create_concurrency_limit_v2, ConcurrencyLimitV2Create(name=limit, limit=1)
    ).result(ENOUGH)
    take = concurrency_leases.bulk_increment_active_slots
    backend.perform(take, slots=1, names=[limit]).result(ENOUGH)
    with pytest.raises(ConcurrencySlotsTaken) as taken:
        backend.perform(take, slots=1, names=[limit]).result(ENOUGH)
    assert taken.value.retry_after > 0
