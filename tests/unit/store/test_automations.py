"""Automations: created, found, changed, and deleted with what they belong to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.automation_triggers import SHORTEST_ABSENCE, CompoundTrigger, EventTrigger
from prefect.schemas.automations import (
    Automation,
    AutomationCreate,
    AutomationFilter,
    AutomationFilterCreated,
    AutomationFilterId,
    AutomationFilterName,
    AutomationFilterTags,
    AutomationPartialUpdate,
    AutomationSort,
    AutomationUpdate,
)
from prefect.store.automations import (
    count_automations,
    create_automation,
    delete_automation,
    delete_automations_owned_by_resource,
    patch_automation,
    read_automation,
    read_automations,
    read_automations_related_to_resource,
    update_automation,
)
from tests.unit.store.deploying import told
from tests.unit.store.runs import names, perform

REACTIVE: dict[str, Any] = {"type": "event", "posture": "Reactive", "expect": ["prefect.flow-run.Completed"]}
NOTHING: dict[str, Any] = {"type": "do-nothing"}


def automate(name: str = "a", **fields: Any) -> Automation:
    """Create an automation."""
    body = {"name": name, "trigger": REACTIVE, "actions": [NOTHING], **fields}
    return perform(create_automation, AutomationCreate.model_validate(body))


def test_an_automation_is_stored_as_it_was_sent() -> None:
    """Triggers within triggers and all actions come back, each trigger with an id."""
    sequence = {"type": "sequence", "within": 60, "triggers": [REACTIVE, REACTIVE]}
    compound = {"type": "compound", "require": "any", "within": 10, "triggers": [REACTIVE, sequence]}
    actions = [
        {
            "type": "run-deployment",
            "deployment_id": str(uuid4()),
            "parameters": {"a": 1},
            "schedule_after": 5,
        },
        {"type": "pause-automation", "source": "inferred"},
        {"type": "change-flow-run-state", "state": "FAILED"},
        {"type": "call-webhook", "block_document_id": str(uuid4()), "payload": {"a": 1}},
    ]
    made = automate(
        trigger=compound, actions=actions, actions_on_resolve=[NOTHING], tags=["t"], enabled=False
    )
    assert made == perform(read_automation, made.id)
    assert isinstance(made.trigger, CompoundTrigger)
    assert [trigger.type for trigger in made.trigger.all_triggers()] == [
        "compound",
        "event",
        "sequence",
        "event",
        "event",
    ]
    assert len({trigger.id for trigger in made.trigger.all_triggers()}) == 5
    run, _, _, webhook = made.actions
    assert (run.schedule_after, webhook.payload) == (timedelta(seconds=5), '{\n  "a": 1\n}')
    assert told("automation") == ["automation.created a"]


def test_absence_is_noticed_after_some_seconds() -> None:
    """A trigger that waits for the absence of events needs time in which they could have come."""
    proactive = {"type": "event", "posture": "Proactive", "expect": ["x"]}
    trigger = automate(trigger=proactive).trigger
    assert isinstance(trigger, EventTrigger)
    assert trigger.within == SHORTEST_ABSENCE
    with pytest.raises(ValidationError, match="greater than or equal to 10 seconds"):
        automate(trigger={**proactive, "within": 5})


@pytest.mark.parametrize(
    "trigger",
    [
        {"type": "event", "posture": "Reactive", "within": -1},
        {"type": "event", "posture": "Metric"},
        {"type": "event", "posture": "Reactive", "match": {"prefect.resource.id": 5}},
        {"type": "compound", "require": 3, "within": None, "triggers": [REACTIVE]},
        {"type": "compound", "require": 0, "within": None, "triggers": [REACTIVE]},
        {"type": "compound", "require": "some", "within": None, "triggers": [REACTIVE]},
        {
            "type": "metric",
            "posture": "Metric",
            "metric": {"name": "lateness", "threshold": 1, "operator": ">"},
        },
        {"type": "nope"},
    ],
)
def test_triggers_that_cannot_fire_are_refused(trigger: dict[str, Any]) -> None:
    """What could never fire here is told when it is written, not waited for in vain."""
    with pytest.raises(ValidationError):
        automate(trigger=trigger)


@pytest.mark.parametrize(
    "action",
    [
        {"type": "run-deployment"},
        {"type": "run-deployment", "source": "inferred", "deployment_id": str(uuid4())},
        {"type": "run-deployment", "source": "inferred", "schedule_after": -1},
        {"type": "pause-work-pool", "source": "selected"},
        {"type": "send-notification", "body": "x"},
        {"type": "declare-incident"},
        {"type": "nope"},
    ],
)
def test_actions_that_cannot_be_done_are_refused(action: dict[str, Any]) -> None:
    """An action that names too little, or too much, is told when it is written."""
    with pytest.raises(ValidationError):
        automate(actions=[action])


def test_automations_are_found_by_what_they_are() -> None:
    """Filters find automations; they are listed by name."""
    first = automate("b", tags=["x", "y"])
    automate("a")

    def found(**parts: Any) -> list[str]:
        wanted = AutomationFilter(**parts)
        listed = names(perform(read_automations, wanted))
        assert perform(count_automations, wanted) == len(listed)
        return listed

    assert found() == ["a", "b"]
    assert found(id=AutomationFilterId(any_=[first.id])) == ["b"]
    assert found(name=AutomationFilterName(any_=["a", "z"])) == ["a"]
    assert found(tags=AutomationFilterTags(all_=["x"])) == ["b"]
    assert found(tags=AutomationFilterTags(is_null_=True)) == ["a"]
    assert found(created=AutomationFilterCreated(before_=now() - timedelta(hours=1))) == []
    assert names(perform(read_automations, sort=AutomationSort.CREATED_DESC, limit=1)) == ["a"]
    assert names(perform(read_automations, sort=AutomationSort.NAME_DESC, offset=1)) == ["a"]


def test_automations_are_found_by_a_part_of_their_name() -> None:
    """Letters are found whatever their case."""
    automate("Tell of failures")
    automate("Pause the pool")
    found = perform(read_automations, AutomationFilter(name=AutomationFilterName(like_="FAIL")))
    assert names(found) == ["Tell of failures"]


def test_an_automation_is_replaced() -> None:
    """What has a default and is not sent stays."""
    made = automate(enabled=False, tags=["t"])
    body = {"name": "b", "trigger": REACTIVE, "actions": [{"type": "cancel-flow-run"}]}
    perform(update_automation, made.id, AutomationUpdate.model_validate(body))
    after = perform(read_automation, made.id)
    assert (after.name, after.enabled, after.tags) == ("b", False, ["t"])
    assert [action.type for action in after.actions] == ["cancel-flow-run"]
    perform(patch_automation, made.id, AutomationPartialUpdate(enabled=True))
    assert perform(read_automation, made.id).enabled
    assert told("automation")[1:] == ["automation.updated b", "automation.updated b"]


def test_automations_go_with_what_owns_them() -> None:
    """A resource finds the automations that act on it or that it owns, and takes its own with it."""
    deployment = uuid4()
    resource = f"prefect.deployment.{deployment}"
    automate("owned", owner_resource=resource)
    acts = automate("acts", actions=[{"type": "pause-deployment", "deployment_id": str(deployment)}])
    automate("other")
    assert names(perform(read_automations_related_to_resource, resource)) == ["acts", "owned"]
    perform(delete_automations_owned_by_resource, resource)
    assert names(perform(read_automations)) == ["acts", "other"]
    perform(delete_automations_owned_by_resource, "prefect.deployment.nobody")
    perform(delete_automation, acts.id)
    assert perform(read_automations_related_to_resource, resource) == []
    assert told("automation.deleted") == ["automation.deleted owned", "automation.deleted acts"]


def test_unknown_automations_are_named_in_the_error() -> None:
    """Each way to an automation says so when there is none."""
    body = AutomationUpdate.model_validate({"name": "b", "trigger": REACTIVE, "actions": []})
    for ask, arguments in (
        (read_automation, ()),
        (delete_automation, ()),
        (patch_automation, (AutomationPartialUpdate(),)),
        (update_automation, (body,)),
    ):
        with pytest.raises(ObjectNotFound, match="prefect automation ls"):
            perform(ask, uuid4(), *arguments)
