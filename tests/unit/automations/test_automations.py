"""Automations, written in code and stored."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError

from prefect import events
from prefect.automations import (
    Automation,
    CancelFlowRun,
    CompoundTrigger,
    DeclareIncident,
    DoNothing,
    EventTrigger,
    MetricTrigger,
    MetricTriggerQuery,
    Posture,
    RunDeployment,
    SequenceTrigger,
)
from prefect.exceptions import ObjectNotFound

TRIGGER = EventTrigger(expect={"prefect.flow-run.Late"})


def late(name: str = "late") -> Automation:
    """Return an automation that cancels what is late."""
    return Automation(name=name, trigger=TRIGGER, actions=[CancelFlowRun()])


def test_an_automation_is_stored_and_found() -> None:
    """It has an id from then on, by which, or by its name, it is found."""
    automation = late()
    assert automation.id is None
    assert automation.create() is automation
    assert automation.id is not None
    found = Automation.read(id=automation.id)
    assert found == Automation.read(name="late")
    assert (found.id, found.trigger, found.actions) == (automation.id, TRIGGER, [CancelFlowRun()])
    assert isinstance(found, Automation)


def test_what_is_not_there_is_told() -> None:
    """Reading needs an id or a name of something that is there; changing needs something that was stored."""
    with pytest.raises(ValueError, match="One of id or name"):
        Automation.read()
    with pytest.raises(ValueError, match="Only one of id or name"):
        Automation.read(id=uuid4(), name="x")
    with pytest.raises(ValueError, match="Automation with name 'nope' not found"):
        Automation.read(name="nope")
    with pytest.raises(ValueError, match=r"Automation with ID .* not found"):
        Automation.read(id=uuid4())
    for what in ("update", "delete", "enable", "disable"):
        with pytest.raises(ValueError, match=f"Can't {what} an automation without an id"):
            getattr(late(), what)()


def test_a_stored_automation_is_changed() -> None:
    """What was changed in code is stored; enabling and disabling are stored at once."""
    automation = late().create()
    automation.name, automation.actions = "later", [DoNothing()]
    automation.update()
    assert Automation.read(id=automation.id).actions == [DoNothing()]
    assert automation.disable()
    assert not Automation.read(name="later").enabled
    assert automation.enable()
    assert Automation.read(name="later").enabled
    assert automation.delete()
    assert not automation.delete()
    assert not automation.disable()
    with pytest.raises(ObjectNotFound):
        automation.update()


async def test_in_async_code_the_answer_is_awaited() -> None:
    """The same methods, and those that begin with an a."""
    automation = await late().create()
    assert (await Automation.read(name="late")).id == automation.id
    again = await late("again").acreate()
    assert await again.adisable()
    assert await again.aenable()
    again.description = "d"
    await again.aupdate()
    assert (await Automation.aread(id=again.id)).description == "d"
    assert await again.adelete()


def test_what_this_server_cannot_do_is_refused_when_it_is_stored() -> None:
    """Metrics and incidents are known to a hosted service only."""
    query = MetricTriggerQuery(name="lateness", threshold=1, operator=">")
    for automation in (
        Automation(name="m", trigger=MetricTrigger(metric=query), actions=[DoNothing()]),
        Automation(name="i", trigger=TRIGGER, actions=[DeclareIncident()]),
    ):
        with pytest.raises(ValidationError, match="not supported by this server"):
            automation.create()


def test_automations_describe_themselves() -> None:
    """Triggers and actions tell people what they are."""
    assert TRIGGER.describe_for_cli() == "Reactive: expecting 1 of prefect.flow-run.Late"
    absent = EventTrigger(
        posture=Posture.Proactive, expect={"b", "a"}, threshold=2, within=timedelta(seconds=30)
    )
    assert absent.describe_for_cli(1) == "  Proactive: expecting 2 of a, b within 0:00:30"
    both = CompoundTrigger(require="all", triggers=[TRIGGER, SequenceTrigger(triggers=[TRIGGER])])
    assert both.describe_for_cli().splitlines() == [
        "All of:",
        "  Reactive: expecting 1 of prefect.flow-run.Late",
        "  In this order:",
        "    Reactive: expecting 1 of prefect.flow-run.Late",
    ]
    assert RunDeployment(source="inferred").describe_for_cli() == "Run deployment"
    query = MetricTriggerQuery(name="lateness", threshold=1, operator=">")
    assert MetricTrigger(metric=query).describe_for_cli() == "Metric: lateness > 1.0 for 0:05:00"


def test_the_front_door_of_events_has_all_of_it() -> None:
    """What automations are made of is found where events are."""
    assert all(getattr(events, name) is not None for name in events.__all__)
    assert events.EventTrigger is EventTrigger
    with pytest.raises(AttributeError, match="nope"):
        _ = events.nope
