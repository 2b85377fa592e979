"""Task runs in the store: lists, and what a server is asked to do with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect._clock import now
from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound, ReferenceNotFound
from prefect.schemas.concurrency_limits import ConcurrencyLimitCreate
from prefect.schemas.orchestration import SetStateStatus
from prefect.schemas.states import StateCreate, StateDetails, StateType
from prefect.schemas.task_run_filters import TaskRunSort
from prefect.schemas.task_runs import TaskRun, TaskRunCreate, TaskRunPolicy, TaskRunUpdate
from prefect.store.background_tasks import claim_task_runs
from prefect.store.run_search import find_task_runs
from prefect.store.states import read_task_run_state, read_task_run_states
from prefect.store.tag_limits import create_concurrency_limit, read_concurrency_limit_by_tag
from prefect.store.task_run_reading import paginate_task_runs, read_task_run, read_task_runs
from prefect.store.task_run_states import set_task_run_state
from prefect.store.task_runs import create_task_run, delete_task_run, update_task_run
from tests.unit.store.building import later
from tests.unit.store.runs import create, names, perform, record


def asked(key: str = "k", **fields: Any) -> TaskRun:
    """Create a task run as a server is asked to."""
    return perform(create_task_run, TaskRunCreate(task_key=key, dynamic_key=fields.pop("at", "0"), **fields))


def set_state(run: TaskRun, kind: str, *, force: bool = False, **fields: Any) -> Any:
    """Propose a state as a server is asked to."""
    return perform(set_task_run_state, run.id, StateCreate(type=StateType(kind), **fields), force)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["c", "b", "a"]),
        ({"oldest_first": True}, ["a", "b", "c"]),
        ({"flow_run_id": UUID(int=7)}, ["b", "a"]),
        ({"task_names": ["c", "a"]}, ["c", "a"]),
        ({"state_types": ["FAILED"]}, ["b"]),
        ({"state_names": ["Running"], "flow_run_id": UUID(int=7)}, ["a"]),
        ({"limit": 1, "offset": 1}, ["b"]),
    ],
)
def test_task_runs_can_be_chosen(wanted: dict[str, Any], found: list[str]) -> None:
    """Task runs are listed by flow run, name and state, in either order."""
    record(1, name="a", flow_run_id=UUID(int=7))
    record(2, name="b", flow_run_id=UUID(int=7), kind=StateType.FAILED)
    record(3, name="c")
    assert names(get_backend().list_task_runs(**wanted)) == found


@pytest.mark.parametrize("sort", TaskRunSort)
def test_task_runs_are_listed_in_each_order(sort: TaskRunSort) -> None:
    """Each order has a direction; runs without a time stand last where it is what will come first or has ended last."""
    record(1, end_time=later(30))
    record(2, end_time=later(40))
    record(3, next_scheduled_start_time=later(3))
    expected = {
        TaskRunSort.ID_DESC: ["task-3", "task-2", "task-1"],
        TaskRunSort.EXPECTED_START_TIME_ASC: ["task-1", "task-2", "task-3"],
        TaskRunSort.EXPECTED_START_TIME_DESC: ["task-3", "task-2", "task-1"],
        TaskRunSort.NAME_ASC: ["task-1", "task-2", "task-3"],
        TaskRunSort.NAME_DESC: ["task-3", "task-2", "task-1"],
        TaskRunSort.NEXT_SCHEDULED_START_TIME_ASC: ["task-3", "task-1", "task-2"],
        TaskRunSort.END_TIME_DESC: ["task-2", "task-1", "task-3"],
    }
    assert names(perform(read_task_runs, sort=sort)) == expected[sort]
    assert names(perform(paginate_task_runs, sort=sort, limit=2, page=2).results) == expected[sort][2:]


def test_task_runs_are_found_by_id_and_counted_by_state() -> None:
    """A person finds a task run by its id's beginning, and sees how many are in which state."""
    flow_run = create(7)
    runs = [record(number, flow_run_id=flow_run.id) for number in (1, 2)]
    record(3, flow_run_id=flow_run.id, kind=StateType.COMPLETED)
    assert names(perform(find_task_runs, str(runs[0].id).upper())) == [runs[0].name]
    assert get_backend().task_run_counts_by_state(flow_run.id) == {"RUNNING": 2, "COMPLETED": 1}
    assert get_backend().read_task_run(uuid4()) is None


# --- what a server is asked to do --------------------------------------------------------------------------------


def test_a_created_task_run_is_pending_and_has_the_labels_of_its_flow_run() -> None:
    """It inherits the labels of its flow run, and names that too."""
    flow_run = create(1, labels={"team": "data"})
    run = asked(flow_run_id=flow_run.id, labels={"own": 1})
    assert run.labels == {"team": "data", "prefect.flow-run.id": str(flow_run.id), "own": 1}
    assert run.state is not None
    assert (run.state.type, run.state.state_details.task_run_id) == (StateType.PENDING, run.id)
    stored = perform(read_task_run, run.id)
    assert (stored.state, stored.expected_start_time) == (run.state, run.state.timestamp)


def test_a_task_run_is_created_once_for_each_place() -> None:
    """The same id, or the same place in the same flow run, is the same task run, as it was made."""
    flow_run = create(1)
    first = asked(flow_run_id=flow_run.id, name="first")
    again = asked(flow_run_id=flow_run.id, name="second")
    assert (again.id, again.name, again.created) == (first.id, "first", first.created)
    assert asked(flow_run_id=flow_run.id, at="1").id != first.id
    alone = asked(name="alone")
    assert asked(name="another").id == alone.id != first.id
    assert asked(key="other", id=alone.id).id == alone.id
    with pytest.raises(ReferenceNotFound, match="no flow run"):
        asked(flow_run_id=uuid4())


def test_a_task_run_is_renamed_and_deleted() -> None:
    """A deleted task run takes its states along."""
    run = asked()
    perform(update_task_run, run.id, TaskRunUpdate(name="new"))
    assert perform(read_task_run, run.id).name == "new"
    perform(delete_task_run, run.id)
    assert perform(read_task_run_states, run.id) == []
    for gone in (lambda: perform(delete_task_run, run.id), lambda: perform(read_task_run, run.id)):
        with pytest.raises(ObjectNotFound, match=str(run.id)):
            gone()
    with pytest.raises(ObjectNotFound):
        perform(update_task_run, run.id, TaskRunUpdate(name="new"))


def test_a_task_run_starts_only_while_its_flow_run_runs() -> None:
    """In a flow run that has not started it is told to stop; in a running one it runs, and counts."""
    waiting, running = create(1), create(2, kind=StateType.RUNNING)
    assert set_state(asked(flow_run_id=waiting.id), "RUNNING").status is SetStateStatus.ABORT
    run = asked(flow_run_id=running.id)
    answer = set_state(run, "RUNNING")
    assert answer.status is SetStateStatus.ACCEPT
    stored = perform(read_task_run, run.id)
    assert (stored.run_count, stored.flow_run_run_count, stored.start_time) == (1, 1, answer.state.timestamp)
    assert [state.name for state in perform(read_task_run_states, run.id)] == ["Pending", "Running"]
    assert perform(read_task_run_state, answer.state.id) == answer.state


def test_a_failed_task_run_is_tried_again() -> None:
    """While it has retries left, a failure becomes a wait for the next attempt."""
    run = asked(empirical_policy=TaskRunPolicy(retries=1, retry_delay=0))
    set_state(run, "RUNNING")
    assert set_state(run, "FAILED").state.name == "AwaitingRetry"
    assert set_state(run, "RUNNING").state.name == "Retrying"
    assert set_state(run, "FAILED").status is SetStateStatus.ACCEPT


def test_a_kept_result_takes_the_place_of_a_run_with_the_same_cache_key() -> None:
    """A completed run with a cache key lets the next one complete at once, until the result expires."""
    first, second, third = (asked(at=str(number)) for number in range(3))
    data = {"type": "ResultRecordMetadata", "storage_key": "place"}
    details = StateDetails(cache_key="sum", cache_expiration=now() + timedelta(hours=1))
    set_state(first, "RUNNING")
    set_state(first, "COMPLETED", state_details=details, data=data)
    answer = set_state(second, "RUNNING", state_details=StateDetails(cache_key="sum"))
    assert (answer.status, answer.state.name, answer.state.data) == (SetStateStatus.REJECT, "Cached", data)
    refreshing = StateDetails(cache_key="sum", refresh_cache=True)
    assert set_state(third, "RUNNING", state_details=refreshing).status is SetStateStatus.ACCEPT


def test_a_task_run_holds_slots_of_its_tags_while_it_runs() -> None:
    """With the only slot taken others wait; all slots of its tags are taken, or none."""
    for tag, limit in (("db", 1), ("cpu", 5)):
        perform(create_concurrency_limit, ConcurrencyLimitCreate(tag=tag, concurrency_limit=limit))
    first, second = (asked(at=str(number), tags=["cpu", "db", "free"]) for number in range(2))
    assert set_state(first, "RUNNING").status is SetStateStatus.ACCEPT
    answer = set_state(second, "RUNNING")
    assert answer.status is SetStateStatus.WAIT
    assert answer.details.delay_seconds >= 1
    assert perform(read_concurrency_limit_by_tag, "cpu").active_slots == [first.id]
    assert set_state(first, "RUNNING").status is SetStateStatus.ACCEPT
    set_state(first, "COMPLETED")
    assert set_state(second, "RUNNING").status is SetStateStatus.ACCEPT
    assert perform(read_concurrency_limit_by_tag, "db").active_slots == [second.id]
    set_state(second, "CANCELLED", force=True)
    assert perform(read_concurrency_limit_by_tag, "db").active_slots == []


def test_a_scheduled_background_task_waits_for_a_worker() -> None:
    """A deferred task run that is scheduled can be claimed by a task worker, with its parameters."""
    parameters = uuid4()
    details = StateDetails(deferred=True, task_parameters_id=parameters)
    run = asked(state=StateCreate(type=StateType.SCHEDULED, state_details=details))
    (claimed,) = perform(claim_task_runs, "worker", ["k"], 5, 30.0)
    assert (claimed.id, claimed.state.state_details.task_parameters_id) == (run.id, parameters)


def test_a_state_for_a_task_run_that_does_not_exist_is_an_error() -> None:
    """Whoever proposes a state for a deleted task run is told which one is missing."""
    with pytest.raises(ObjectNotFound, match="no task run"):
        perform(set_task_run_state, uuid4(), StateCreate(type=StateType.RUNNING))
