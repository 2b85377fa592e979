"""Operations as requests: what travels where, and what is left out."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect._transport.questions import Question, question_of
from prefect.schemas.automation_actions import CancelFlowRun, DoNothing
from prefect.schemas.automation_triggers import EventTrigger
from prefect.schemas.automations import AutomationCreate
from prefect.schemas.flow_runs import FlowRunCreate, FlowRunUpdate
from prefect.schemas.variables import VariableCreate, VariableFilter, VariableFilterName, VariableUpdate
from prefect.store import (
    automations,
    block_documents,
    events,
    flow_run_creation,
    flow_run_inputs,
    flow_run_states,
    flow_runs,
    variables,
)

SOME = UUID("01a1fee6-0ef9-762b-8eb7-7df6a03f717d")


def body(question: Question) -> Any:
    """The body of a request."""
    return None if question.content is None else json.loads(question.content)


def test_what_stands_in_the_path_goes_there() -> None:
    """An id is a part of the path, and a request that only reads has no body."""
    question = question_of(flow_runs.read_flow_run, SOME)
    assert (question.method, question.path, question.content) == ("GET", f"/flow_runs/{SOME}", None)


def test_a_switch_of_a_get_is_in_the_query() -> None:
    """What a GET is asked besides stands in the query."""
    question = question_of(block_documents.read_block_document, SOME, include_secrets=True)
    assert dict(question.query) == {"include_secrets": True}


def test_several_arguments_are_fields_of_the_body() -> None:
    """Filters and limits are the fields of the body, and only those that were given."""
    named = VariableFilter(name=VariableFilterName(any_=["a"]))
    question = question_of(variables.read_variables, named, limit=3)
    assert body(question) == {"variables": {"name": {"any_": ["a"]}}, "limit": 3}


def test_a_record_alone_is_the_body() -> None:
    """A single record is the whole body, without what is so by default."""
    assert body(question_of(variables.create_variable, VariableCreate(name="a", value=1))) == {
        "name": "a",
        "value": 1,
    }


def test_a_change_says_only_what_changes() -> None:
    """Changing the tags of a flow run does not reset its parameters or its retries."""
    assert body(question_of(flow_runs.update_flow_run, SOME, FlowRunUpdate(tags=["z"]))) == {"tags": ["z"]}
    assert body(question_of(variables.update_variable, SOME, VariableUpdate(value=None))) == {"value": None}


def test_a_new_run_has_the_name_that_was_made_for_it() -> None:
    """What was made at random for a record travels with it."""
    run = FlowRunCreate(flow_id=SOME)
    assert body(question_of(flow_run_creation.create_flow_run, run))["name"] == run.name


def test_headers_are_not_in_the_body() -> None:
    """What a server takes from the headers of every request is sent there alone."""
    from prefect.schemas.states import StateCreate, StateType

    state = StateCreate(type=StateType.RUNNING)
    question = question_of(flow_run_states.set_flow_run_state, SOME, state, user_agent="prefect/3")
    assert set(body(question)) == {"state"}


@pytest.mark.parametrize(
    ("question", "is_repeatable"),
    [
        (question_of(flow_runs.read_flow_run, SOME), True),
        (question_of(variables.read_variables), True),
        (question_of(variables.delete_variable, SOME), True),
        (question_of(variables.create_variable, VariableCreate(name="a", value=1)), False),
        (question_of(events.create_events, []), True),
        (question_of(flow_run_creation.create_flow_run, FlowRunCreate(flow_id=SOME)), False),
        (
            question_of(flow_run_creation.create_flow_run, FlowRunCreate(flow_id=SOME, idempotency_key="k")),
            True,
        ),
        (question_of(flow_run_inputs.create_flow_run_input, SOME, "k", "1"), False),
    ],
    ids=["read", "filter", "delete", "create", "events", "run", "run with key", "input"],
)
def test_what_may_be_sent_twice_is_known(question: Question, is_repeatable: bool) -> None:
    """A request is only sent again when nothing can be stored twice by that."""
    assert question.repeatable is is_repeatable


def test_what_is_no_operation_cannot_be_asked() -> None:
    """A function without a route is a mistake of the caller."""
    with pytest.raises(KeyError):
        question_of(lambda: iter(()), uuid4())  # type: ignore[arg-type,return-value]  # that is the mistake


def test_kinds_are_always_told() -> None:
    """Which action or trigger an automation has is sent, though it is what the class says by default."""
    made = AutomationCreate(
        name="a",
        trigger=EventTrigger(expect={"b"}),
        actions=[DoNothing()],
        actions_on_trigger=[CancelFlowRun()],
    )
    sent = body(question_of(automations.create_automation, made))
    assert sent["trigger"]["type"] == "event"
    assert (sent["actions"], sent["actions_on_trigger"]) == (
        [{"type": "do-nothing"}],
        [{"type": "cancel-flow-run"}],
    )
