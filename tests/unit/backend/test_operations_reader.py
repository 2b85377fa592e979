"""Reading by operations, where one request gives only so many records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from prefect.backend import get_backend
from prefect.backend.operations_reader import OperationsReader
from prefect.schemas.states import StateType
from tests.unit.store.runs import create, flow_named, names, record


class Slow(OperationsReader):
    """Gives two records to a request, and notes what it was asked for."""

    most_at_once = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """See `OperationsReader.ask`."""
        assert kwargs.get("limit", 0) in {0, 1, 2, 200}
        self.asked.append(operation.__name__)
        return get_backend().perform(operation, *args, **kwargs).result()


def test_long_lists_are_asked_for_piece_by_piece() -> None:
    """A list is as long as it was wanted, and no request is longer than it may be."""
    for number in range(5):
        create(number)
    reader = Slow()
    assert names(reader.list_flow_runs(limit=5)) == ["run-4", "run-3", "run-2", "run-1", "run-0"]
    assert reader.asked == ["read_flow_runs"] * 3
    assert names(reader.list_flow_runs(limit=3, offset=1)) == ["run-3", "run-2", "run-1"]
    assert len(reader.list_flow_runs(limit=100)) == 5


def test_all_subflow_runs_are_found_however_many_there_are() -> None:
    """Nobody says how many subflow runs there may be."""
    parent = create(1)
    for number in range(2, 7):
        create(number, parent_task_run_id=record(number, flow_run_id=parent.id).id)
    assert names(Slow().list_child_flow_runs(parent.id)) == ["run-2", "run-3", "run-4", "run-5", "run-6"]


def test_task_runs_and_lines_are_read_piece_by_piece_too() -> None:
    """The order holds over the pieces."""
    for number in range(3):
        record(number, kind=StateType.COMPLETED if number else StateType.FAILED)
    reader = Slow()
    assert names(reader.list_task_runs(oldest_first=True)) == ["task-0", "task-1", "task-2"]
    assert reader.count_task_runs(state_types=["COMPLETED"], task_names=["task-1", "task-0"]) == 1
    assert reader.list_logs(limit=3) == []


def test_what_is_not_there_is_none() -> None:
    """A missing record is no error to a reader."""
    reader = Slow()
    assert reader.read_flow(uuid4()) is None
    assert reader.read_flow_run(uuid4()) is None
    assert reader.read_task_run(uuid4()) is None
    known = flow_named()
    assert reader.read_flows([known, known, uuid4()]).keys() == {known}
