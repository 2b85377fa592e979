from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from prefect.exceptions import CancelledRun, CrashedRun, FailedRun, MissingResult, PausedRun, UnfinishedRun
from prefect.schemas.flow_runs import FlowRun, FlowRunCreate
from prefect.schemas.flows import Flow, FlowCreate
from prefect.schemas.names import random_name
from prefect.schemas.orchestration import OrchestrationResult, SetStateStatus, StateWaitDetails
from prefect.schemas.results import ResultRecord, read_state_result, state_exception
from prefect.schemas.run_inputs import Constant, FlowRunResult, Parameter, RunType, TaskRunResult
from prefect.schemas.states import TERMINAL_STATES, State, StateCreate, StateDetails, StateType, details_with
from prefect.schemas.task_runs import TaskRun, TaskRunCreate

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)


# --- bases -------------------------------------------------------------------------------------------------------


def test_what_a_newer_server_adds_is_ignored() -> None:
    """A record with unknown fields is read; what we do not know is left out."""
    flow = Flow.model_validate({"name": "load", "invented": 1})
    assert not hasattr(flow, "invented")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (FlowCreate, {"name": "load", "tgas": []}),
        (FlowRunCreate, {"flow_id": uuid4(), "paramters": {}}),
        (TaskRunCreate, {"task_key": "k", "dynamic_key": "0", "nam": "x"}),
        (StateCreate, {"type": "RUNNING", "mesage": "x"}),
    ],
)
def test_a_typing_mistake_in_what_is_sent_is_refused(body: Any, fields: dict[str, Any]) -> None:
    """A field that there is not is named, not lost."""
    with pytest.raises(ValidationError, match=next(reversed(fields))):
        body(**fields)


@pytest.mark.parametrize("name", ["a/b", "50%", "a&b", "a<b", "a>b", ""])
def test_a_flow_name_that_no_url_can_hold_is_refused(name: str) -> None:
    """The characters that URLs and entrypoints use are not allowed in names."""
    with pytest.raises(ValidationError):
        FlowCreate(name=name)


def test_new_records_have_ids_of_their_own() -> None:
    """Ids are different, and later ones sort after earlier ones."""
    ids = [str(TaskRun(task_key="k", dynamic_key=str(n)).id) for n in range(200)]
    assert len(set(ids)) == 200
    assert ids == sorted(ids)


def test_lists_and_dictionaries_are_not_shared() -> None:
    """Two runs do not see each other's tags or parameters."""
    one, other = FlowRun(flow_id=uuid4()), FlowRun(flow_id=uuid4())
    one.tags.append("x")
    one.parameters["a"] = 1
    assert (other.tags, other.parameters) == ([], {})


def test_a_run_without_a_name_gets_one_that_can_be_said() -> None:
    """Names are an adjective and an animal, and there are many of them."""
    names = {random_name() for _ in range(300)}
    assert all(re.fullmatch(r"[a-z]+-[a-z]+", name) for name in names)
    assert len(names) > 200
    assert re.fullmatch(r"[a-z]+-[a-z]+", FlowRun(flow_id=uuid4()).name)


def test_a_flow_run_travels_as_json_and_back() -> None:
    """What is dumped is read back equal, with its state, times and durations."""
    run = FlowRun(
        flow_id=uuid4(), parameters={"a": [1]}, start_time=NOON, state=State(type=StateType.RUNNING)
    )
    assert FlowRun.model_validate_json(run.model_dump_json()) == run


def test_the_inputs_of_a_task_run_are_told_apart() -> None:
    """Each source of an input is read back as what it is, by its tag, and can be collected in sets."""
    sources = [
        TaskRunResult(id=UUID(int=1)),
        FlowRunResult(id=UUID(int=2)),
        Parameter(name="p"),
        Constant(type="int"),
    ]
    run = TaskRun(task_key="k", dynamic_key="0", task_inputs={"x": sources})
    assert TaskRun.model_validate_json(run.model_dump_json()).task_inputs["x"] == sources
    assert len({*sources, TaskRunResult(id=UUID(int=1))}) == 4
    with pytest.raises(ValidationError):
        TaskRun(task_key="k", dynamic_key="0", task_inputs={"x": [{"input_type": "rumour"}]})  # type: ignore[list-item]


# --- states ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", StateType)
def test_a_state_is_exactly_what_its_type_says(kind: StateType) -> None:
    """Of the questions a state can be asked exactly one is answered with yes; it is final or not."""
    state: State[Any] = State(type=kind)
    asked = {
        name
        for name in ("scheduled pending running completed failed crashed cancelled cancelling paused".split())
        if getattr(state, f"is_{name}")()
    }
    assert asked == {kind.value.lower()}
    assert state.is_final() == (kind in TERMINAL_STATES)
    assert state.name == kind.value.capitalize()


@pytest.mark.parametrize(
    ("alias", "kind"), [("SUSPENDED", "PAUSED"), ("AWAITING_RETRY", "SCHEDULED"), ("RETRYING", "RUNNING")]
)
def test_documented_types_travel_under_the_wires_words(alias: str, kind: str) -> None:
    """Names that documents list as types are accepted, and are the type that the wire knows."""
    assert StateType(alias) is StateType(kind)
    assert json.loads(State(type=StateType(alias)).model_dump_json())["type"] == kind
    assert str(StateType(alias)) == kind


def test_an_unknown_type_is_refused() -> None:
    """A misspelt type is an error that shows it."""
    with pytest.raises(ValidationError, match="RUNING"):
        State(type="RUNING")  # type: ignore[arg-type]


def test_a_state_shows_itself_to_people() -> None:
    """The text of a state has its name, its message and, if the name does not tell, its type."""
    assert str(State(type=StateType.COMPLETED)) == "Completed()"
    assert (
        str(State(type=StateType.FAILED, name="TimedOut", message="too long"))
        == "TimedOut('too long', type=FAILED)"
    )
    assert "result=5" in repr(State(type=StateType.COMPLETED, data=5))


def test_a_fresh_copy_is_a_new_state() -> None:
    """It has its own id and time and belongs to no run; everything else, and what was asked for, is taken over."""
    state: State[Any] = State(
        type=StateType.FAILED,
        message="m",
        timestamp=NOON,
        state_details=StateDetails(flow_run_id=UUID(int=1), task_run_id=UUID(int=2), cache_key="c"),
    )
    copy = state.fresh_copy(name="Again")
    assert (copy.type, copy.message, copy.name) == (StateType.FAILED, "m", "Again")
    assert copy.id != state.id
    assert copy.timestamp > state.timestamp
    assert (copy.state_details.flow_run_id, copy.state_details.task_run_id) == (None, None)
    assert copy.state_details.cache_key == "c"


def test_changed_details_leave_the_state_as_it_was() -> None:
    """States are values: a change makes another one, with the same id."""
    state: State[Any] = State(type=StateType.RUNNING)
    changed = details_with(state, {"cache_key": "c"})
    assert (state.state_details.cache_key, changed.state_details.cache_key, changed.id) == (
        None,
        "c",
        state.id,
    )
    assert len({state, changed}) <= 2


def test_a_state_refers_to_its_run() -> None:
    """Another run names the run of a state as its input, if the state knows it."""
    details = StateDetails(flow_run_id=UUID(int=1))
    assert details.to_run_result(RunType.FLOW_RUN) == FlowRunResult(id=UUID(int=1))
    assert details.to_run_result(RunType.TASK_RUN) is None


# --- results -----------------------------------------------------------------------------------------------------


def test_the_value_of_a_completed_run_is_its_result() -> None:
    """None is a value like any other; nothing at all is an error that says what to do."""
    for value in (5, None, [], ValueError("returned, not raised")):
        assert State(type=StateType.COMPLETED, data=ResultRecord(value)).result() is value
    with pytest.raises(MissingResult, match="persist_result"):
        State(type=StateType.COMPLETED).result()


@pytest.mark.parametrize(
    "kind", [StateType.PENDING, StateType.RUNNING, StateType.SCHEDULED, StateType.CANCELLING]
)
def test_a_run_that_has_not_ended_has_no_result(kind: StateType) -> None:
    """The error says in which state the run is."""
    with pytest.raises(UnfinishedRun, match=kind.value):
        State(type=kind).result()


def test_a_paused_run_says_that_it_is_paused() -> None:
    """The error carries the state."""
    state: State[Any] = State(type=StateType.PAUSED)
    with pytest.raises(PausedRun) as caught:
        state.result()
    assert caught.value.state is state


@pytest.mark.parametrize(
    ("kind", "error"),
    [(StateType.FAILED, FailedRun), (StateType.CRASHED, CrashedRun), (StateType.CANCELLED, CancelledRun)],
)
def test_a_run_that_ended_badly_raises(kind: StateType, error: type[Exception]) -> None:
    """Its own exception if that is known, else one of ours with the message; or gives it back when asked to."""
    own = KeyError("own")
    assert state_exception(State(type=kind, data=ResultRecord(own))) is own
    with pytest.raises(KeyError, match="own"):
        State(type=kind, data=ResultRecord(own)).result()
    with pytest.raises(error, match="why"):
        State(type=kind, message="why").result()
    with pytest.raises(error, match="text"):
        State(type=kind, data=ResultRecord("text")).result()
    assert isinstance(read_state_result(State(type=kind, message="why"), raise_on_failure=False), error)


def test_of_several_states_the_first_bad_one_explains() -> None:
    """A flow that returned the states of its tasks fails with the exception of the first task that failed."""
    good: State[Any] = State(type=StateType.COMPLETED)
    bad = State(type=StateType.FAILED, data=ResultRecord(KeyError("first")))
    late = State(type=StateType.FAILED, data=ResultRecord(KeyError("second")))
    outer = State(type=StateType.FAILED, data=ResultRecord([good, bad, late]))
    with pytest.raises(KeyError, match="first"):
        outer.result()


def test_a_state_that_ended_well_has_no_exception() -> None:
    """Asking for it is a mistake of the caller."""
    with pytest.raises(ValueError, match="COMPLETED"):
        state_exception(State(type=StateType.COMPLETED))


def test_a_result_stays_in_its_process() -> None:
    """In JSON there is the place of a persisted result, never the value of one that was not."""
    kept = State(type=StateType.COMPLETED, data=ResultRecord(object(), {"storage": "s"}))
    assert json.loads(kept.model_dump_json())["data"] == {"storage": "s"}
    assert (
        json.loads(State(type=StateType.COMPLETED, data=ResultRecord(object())).model_dump_json())["data"]
        is None
    )


# --- answers -----------------------------------------------------------------------------------------------------


def test_an_answer_is_read_by_its_kind() -> None:
    """What orchestration answers over the wire is told apart by the type of its details."""
    answer = OrchestrationResult.model_validate(
        {
            "state": None,
            "status": "WAIT",
            "details": {"type": "wait_details", "delay_seconds": 5, "reason": "r"},
        }
    )
    assert answer.status is SetStateStatus.WAIT
    assert answer.details == StateWaitDetails(delay_seconds=5, reason="r")
