"""Triggers that run a deployment, as automations."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from prefect.events import DeploymentCompoundTrigger, DeploymentEventTrigger, EventTrigger, RunDeployment

SOME = UUID(int=5)


def test_a_trigger_of_a_deployment_becomes_an_automation() -> None:
    """The automation waits as the trigger says, runs the deployment with what it says, and goes with it."""
    trigger = DeploymentEventTrigger(
        name="on load", expect={"loaded"}, parameters={"a": 1}, schedule_after=timedelta(seconds=5)
    )
    trigger.set_deployment_id(SOME)
    made = trigger.as_automation()
    assert (made.name, made.owner_resource) == ("on load", f"prefect.deployment.{SOME}")
    assert isinstance(made.trigger, EventTrigger)
    assert made.trigger.expect == {"loaded"}
    assert "parameters" not in made.model_dump()["trigger"]
    wanted = RunDeployment(deployment_id=SOME, parameters={"a": 1}, schedule_after=timedelta(seconds=5))
    assert made.actions == [wanted]


def test_a_trigger_without_a_name_is_named_by_its_deployment() -> None:
    """Also one of several triggers, and one that was not made for deployments."""
    inner = EventTrigger(expect={"loaded"})
    for trigger in (inner, DeploymentCompoundTrigger(triggers=[inner], require="all")):
        trigger.set_deployment_id(SOME)
        assert trigger.as_automation().name == f"Automation for deployment {SOME}"


def test_it_has_to_be_known_which_deployment_is_run() -> None:
    """A trigger that nobody has told so is no automation."""
    with pytest.raises(ValueError, match="set_deployment_id"):
        EventTrigger(expect={"loaded"}).as_automation()
