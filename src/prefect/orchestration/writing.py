"""What changes on a run when a state is written, a function for each row of the two global policies.

A change puts the fields it touches into `changes`; a field that an instruction or an earlier row touched is read there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from prefect.orchestration.rule import Rule
from prefect.orchestration.state_types import FINAL, RUNNING, SCHEDULED
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun

AnyRun = FlowRun | TaskRun
R_contra = TypeVar("R_contra", FlowRun, TaskRun, AnyRun, contravariant=True)
Changes = dict[str, Any]
Change = Callable[[R_contra, State[Any] | None, State[Any], Changes], None]
Occasion = Callable[[StateType | None, StateType], bool]


def always(_initial: StateType | None, _written: StateType) -> bool:
    """On each write."""
    return True


def on_first_state(initial: StateType | None, _: StateType) -> bool:
    """When a run gets its first state."""
    return initial is None


def on_entering_running(_: StateType | None, written: StateType) -> bool:
    """When a run starts, or starts again."""
    return written == RUNNING


def on_leaving_running(initial: StateType | None, _: StateType) -> bool:
    """When a run stops running; going from RUNNING to RUNNING counts."""
    return initial == RUNNING


def on_entering_or_leaving_the_end(initial: StateType | None, written: StateType) -> bool:
    """When a run ends, or goes on after its end."""
    return written in FINAL or initial in FINAL


def on_entering_running_or_the_end(_: StateType | None, written: StateType) -> bool:
    """When a run starts or ends."""
    return written == RUNNING or written in FINAL


def on_entering_or_leaving_scheduled(initial: StateType | None, written: StateType) -> bool:
    """When a run gets a time to start at, or no longer waits for it."""
    return SCHEDULED in {initial, written}


@dataclass(frozen=True)
class Step(Generic[R_contra]):
    """One row of a global policy.

    Attributes:
        name: What the row is called in the documents.
        occasion: The pairs of types it concerns.
        change: What it changes on the run.
        details: What it fills in on the state, as changed details.
        rule: What it asks of the caller, as an instruction of each decision that writes.
        elsewhere: Who does it instead, if it changes nothing here.
    """

    name: str
    occasion: Occasion = always
    change: Change[R_contra] | None = None
    details: Callable[[R_contra, State[Any]], Changes] | None = None
    rule: Rule[Any] | None = None
    elsewhere: str = ""


def set_type(_: AnyRun, _current: State[Any] | None, written: State[Any], changes: Changes) -> None:
    """The run names the state it is in, and its type."""
    changes["state_id"] = written.id
    changes["state_type"] = written.type


def set_name(_: AnyRun, _current: State[Any] | None, written: State[Any], changes: Changes) -> None:
    """The run carries the name of its state."""
    changes["state_name"] = written.name


def set_start_time(run: AnyRun, _: State[Any] | None, written: State[Any], changes: Changes) -> None:
    """The run started when it was RUNNING for the first time."""
    if run.start_time is None:
        changes["start_time"] = written.timestamp


def set_end_time(run: AnyRun, current: State[Any] | None, written: State[Any], changes: Changes) -> None:
    """The run ended with its first final state, and started then if it never ran; one that goes on has no end yet."""
    if written.type not in FINAL:
        changes["end_time"] = None
        return
    if run.end_time is None or current is None or current.type not in FINAL:
        changes["end_time"] = written.timestamp
    if run.start_time is None:
        changes["start_time"] = written.timestamp


def add_run_time(run: AnyRun, current: State[Any] | None, written: State[Any], changes: Changes) -> None:
    """The time since the run was RUNNING adds to its run time."""
    if current is not None:
        changes["total_run_time"] = run.total_run_time + (written.timestamp - current.timestamp)


def set_expected_start_time(run: AnyRun, _: State[Any] | None, written: State[Any], changes: Changes) -> None:
    """A new run is expected to start when it is scheduled, or at once."""
    if run.expected_start_time is None:
        changes["expected_start_time"] = written.state_details.scheduled_time or written.timestamp


def set_next_start_time(
    _: AnyRun, _current: State[Any] | None, written: State[Any], changes: Changes
) -> None:
    """A scheduled run says when it starts next, any other says nothing."""
    scheduled = written.type == SCHEDULED
    time = (written.state_details.scheduled_time or written.timestamp) if scheduled else None
    changes["next_scheduled_start_time"] = time


def count_flow_run(run: FlowRun, _: State[Any] | None, _written: State[Any], changes: Changes) -> None:
    """Each start of a flow run counts, but one that resumes a pause."""
    if not run.empirical_policy.resuming:
        changes["run_count"] = changes.get("run_count", run.run_count) + 1


def forget_resuming(run: FlowRun, _: State[Any] | None, _written: State[Any], changes: Changes) -> None:
    """A flow run that started or ended is no longer resuming."""
    if run.empirical_policy.resuming:
        changes["empirical_policy"] = run.empirical_policy.model_copy(update={"resuming": False})


def count_task_run(run: TaskRun, _: State[Any] | None, _written: State[Any], changes: Changes) -> None:
    """Each start of a task run counts."""
    changes["run_count"] = changes.get("run_count", run.run_count) + 1


def name_flow_run(run: FlowRun, written: State[Any]) -> Changes:
    """The state says whose it is; a scheduled one always has a time."""
    return _missing_time(written) | (
        {} if written.state_details.flow_run_id == run.id else {"flow_run_id": run.id}
    )


def name_parent_task_run(run: FlowRun, written: State[Any]) -> Changes:
    """The state of a subflow names the task run that stands for it in its parent."""
    parent = run.parent_task_run_id
    return {} if written.state_details.task_run_id == parent else {"task_run_id": parent}


def name_task_run(run: TaskRun, written: State[Any]) -> Changes:
    """The state says whose it is, and in which flow run; a scheduled one always has a time."""
    details = written.state_details
    if details.task_run_id == run.id and details.flow_run_id == run.flow_run_id:
        return _missing_time(written)
    return _missing_time(written) | {"task_run_id": run.id, "flow_run_id": run.flow_run_id}


def _missing_time(written: State[Any]) -> Changes:
    timeless = written.type == SCHEDULED and written.state_details.scheduled_time is None
    return {"scheduled_time": written.timestamp} if timeless else {}
