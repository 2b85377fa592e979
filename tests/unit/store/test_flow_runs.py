"""Flow runs: lists, changes, deletion."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunFilterName, FlowRunSort
from prefect.schemas.flow_runs import FlowRunPolicy, FlowRunUpdate
from prefect.schemas.logs import Log
from prefect.schemas.states import StateType
from prefect.store.flow_runs import (
    bulk_delete_flow_runs,
    count_flow_runs,
    delete_flow_run,
    paginate_flow_runs,
    read_flow_run,
    read_flow_runs,
    update_flow_run,
    update_flow_run_labels,
)
from prefect.store.logs import create_logs
from prefect.store.run_history import average_flow_run_lateness
from prefect.store.run_search import find_flow_runs
from tests.unit.store.building import later
from tests.unit.store.runs import create, names, perform, record


def test_flow_runs_are_listed_newest_first() -> None:
    """The run with the last id stands first, and each carries its present state."""
    for number in (2, 3, 1):
        create(number)
    listed = perform(read_flow_runs)
    assert names(listed) == ["run-3", "run-2", "run-1"]
    assert [run.state.timestamp for run in listed] == [later(3), later(2), later(1)]


def test_flow_runs_can_be_listed_page_by_page() -> None:
    """Limit and offset cut the list into pages that neither overlap nor leave a run out."""
    for number in range(7):
        create(number)
    pages = [names(perform(read_flow_runs, limit=3, offset=offset)) for offset in (0, 3, 6)]
    assert pages == [["run-6", "run-5", "run-4"], ["run-3", "run-2", "run-1"], ["run-0"]]
    page = perform(paginate_flow_runs, limit=3, page=3)
    assert (names(page.results), page.count, page.limit, page.pages, page.page) == (["run-0"], 7, 3, 3, 3)
    assert perform(paginate_flow_runs, limit=0).pages == 0


@pytest.mark.parametrize("sort", FlowRunSort)
def test_flow_runs_are_listed_in_each_order(sort: FlowRunSort) -> None:
    """Each order has a direction; runs without a time stand last where it is what will come first or has ended last."""
    create(1, start_time=later(9), end_time=later(30))
    create(2, start_time=later(7), end_time=later(40))
    create(3, kind=StateType.SCHEDULED, next_scheduled_start_time=later(3))
    expected = {
        FlowRunSort.ID_DESC: ["run-3", "run-2", "run-1"],
        FlowRunSort.START_TIME_ASC: ["run-3", "run-2", "run-1"],
        FlowRunSort.START_TIME_DESC: ["run-1", "run-2", "run-3"],
        FlowRunSort.EXPECTED_START_TIME_ASC: ["run-1", "run-2", "run-3"],
        FlowRunSort.EXPECTED_START_TIME_DESC: ["run-3", "run-2", "run-1"],
        FlowRunSort.NAME_ASC: ["run-1", "run-2", "run-3"],
        FlowRunSort.NAME_DESC: ["run-3", "run-2", "run-1"],
        FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC: ["run-3", "run-1", "run-2"],
        FlowRunSort.END_TIME_DESC: ["run-2", "run-1", "run-3"],
    }
    assert names(perform(read_flow_runs, sort=sort)) == expected[sort]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"flow_names": ["load"]}, ["run-3", "run-1"]),
        ({"flow_names": ["load", "save"]}, ["run-3", "run-2", "run-1"]),
        ({"flow_names": ["none"]}, []),
        ({"state_types": ["RUNNING"]}, ["run-3", "run-2"]),
        ({"state_types": ["RUNNING"], "flow_names": ["load"]}, ["run-3"]),
        ({"state_names": ["Pending", "Running"]}, ["run-3", "run-2", "run-1"]),
        ({"state_names": ["Pending' OR '1'='1"]}, []),
    ],
)
def test_flow_runs_can_be_chosen(wanted: dict[str, Any], found: list[str]) -> None:
    """Each condition narrows the list down, all of them together; text is never taken for SQL."""
    create(1)
    create(2, flow="save", kind=StateType.RUNNING)
    create(3, kind=StateType.RUNNING)
    assert names(get_backend().list_flow_runs(**wanted)) == found
    assert get_backend().count_flow_runs(**wanted) == len(found)


def test_a_long_list_has_the_states_of_all_its_runs() -> None:
    """A list of several hundred runs has every run's state."""
    for number in range(250):
        create(number)
    listed = perform(read_flow_runs, limit=1000)
    assert len(listed) == 250
    assert all(run.state is not None and run.state.id == run.state_id for run in listed)


def test_a_flow_run_is_found_by_the_beginning_of_its_id_or_by_its_name() -> None:
    """What a person types may be a name, an id, or as much of the id as tells it apart, in capitals too."""
    for number in (1, 2):
        create(number)
    run = create(3, id=UUID(int=0xAB << 120))
    for typed in (str(run.id), str(run.id)[:8], str(run.id).upper(), str(run.id)[:2], run.name):
        assert names(perform(find_flow_runs, typed)) == [run.name], typed
    assert len(perform(find_flow_runs, "0000")) == 2
    assert perform(find_flow_runs, "no such") == []


def test_a_name_that_looks_like_an_id_is_found_as_it_is_written() -> None:
    """A run named "Face" or "BAD" is found although these are hexadecimal digits."""
    perform(update_flow_run, create(1).id, FlowRunUpdate(name="BAD"))
    assert names(perform(find_flow_runs, "BAD")) == ["BAD"]


def test_subflow_runs_are_found_through_the_task_run_that_stands_for_them() -> None:
    """The tree of a run shows the flows that it called, in the order in which they began."""
    parent = create(1)
    for number in (3, 2):
        create(number, parent_task_run_id=record(number, flow_run_id=parent.id).id)
    create(9)
    assert names(get_backend().list_child_flow_runs(parent.id)) == ["run-2", "run-3"]


def test_only_what_is_set_is_changed() -> None:
    """A change of one field leaves the others as they are; a name cannot be taken away."""
    run = create(1, parameters={"a": 1}, tags=["x"])
    policy = FlowRunPolicy(retries=3)
    perform(update_flow_run, run.id, FlowRunUpdate(tags=["y"], empirical_policy=policy, name=None))
    changed = perform(read_flow_run, run.id)
    assert (changed.tags, changed.parameters, changed.name) == (["y"], {"a": 1}, "run-1")
    assert changed.empirical_policy.retries == 3
    assert changed.updated > run.state.timestamp
    with pytest.raises(ObjectNotFound, match="no flow run"):
        perform(update_flow_run, uuid4(), FlowRunUpdate(name="x"))


def test_labels_are_added_to_those_that_there_are() -> None:
    """A label that a run has gets the new value, others are kept."""
    run = create(1, labels={"a": 1, "b": 2})
    perform(update_flow_run_labels, run.id, {"b": "new", "c": True})
    assert perform(read_flow_run, run.id).labels == {"a": 1, "b": "new", "c": True}
    with pytest.raises(ObjectNotFound):
        perform(update_flow_run_labels, uuid4(), {"a": 1})


def test_a_deleted_flow_run_leaves_nothing_behind() -> None:
    """States, task runs and lines go with their flow run; other runs keep theirs."""
    runs = [create(number) for number in (1, 2)]
    for number, run in enumerate(runs):
        task_run = record(number, flow_run_id=run.id)
        line = Log(name="n", level=20, message="m", timestamp=later(0), flow_run_id=run.id)
        perform(create_logs, [line])
        assert get_backend().read_task_run_states(task_run.id)
    perform(delete_flow_run, runs[0].id)
    with pytest.raises(ObjectNotFound):
        perform(delete_flow_run, runs[0].id)
    assert get_backend().delete_flow_run(runs[0].id).result() is False
    left = get_backend()
    assert (left.count_flow_runs(), left.count_task_runs(), left.count_logs()) == (1, 1, 1)
    assert left.read_flow_run_states(runs[0].id) == []
    assert len(left.read_flow_run_states(runs[1].id)) == 1


def test_several_flow_runs_are_deleted_at_once() -> None:
    """Those that a filter means are deleted, the newest first, as many as are wanted."""
    runs = [create(number) for number in range(5)]
    wanted = FlowRunFilter(name=FlowRunFilterName(any_=["run-1", "run-3", "run-4"]))
    answer = perform(bulk_delete_flow_runs, wanted, limit=2)
    assert answer.deleted == [runs[4].id, runs[3].id]
    assert perform(count_flow_runs) == 3


def test_lateness_is_that_of_starting_later_than_expected() -> None:
    """A run that started two seconds late counts two seconds; one that ended without a start none."""
    assert perform(average_flow_run_lateness) is None
    create(1, start_time=later(3))
    create(2, start_time=later(2))
    assert perform(average_flow_run_lateness) == pytest.approx(1.0)
