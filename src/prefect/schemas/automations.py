"""Automations: what to wait for, and what to do then."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from prefect.schemas._base import Body, Identified
from prefect.schemas.automation_actions import ActionTypes, DeclareIncident
from prefect.schemas.automation_triggers import AutomationCore, MetricTrigger, TriggerTypes
from prefect.schemas.operators import OperatorMixin


class Automation(AutomationCore, Identified):
    """An automation as it is stored."""


class AutomationUpdate(Body):
    """Replace an automation; of the fields with defaults only those that are set."""

    name: str
    description: str = ""
    enabled: bool = True
    tags: list[str] = Field(default_factory=list)
    trigger: TriggerTypes
    actions: list[ActionTypes]
    actions_on_trigger: list[ActionTypes] = Field(default_factory=list[ActionTypes])
    actions_on_resolve: list[ActionTypes] = Field(default_factory=list[ActionTypes])

    @model_validator(mode="after")
    def _can_be_done_here(self) -> Self:
        """What only a hosted service knows is refused, or it would wait for ever."""
        if any(isinstance(trigger, MetricTrigger) for trigger in self.trigger.all_triggers()):
            raise ValueError("Metric triggers are not supported by this server.")
        actions = [*self.actions, *self.actions_on_trigger, *self.actions_on_resolve]
        if any(isinstance(action, DeclareIncident) for action in actions):
            raise ValueError("The action declare-incident is not supported by this server.")
        return self


class AutomationCreate(AutomationUpdate):
    """Create an automation. `owner_resource` is the resource with which it goes."""

    owner_resource: str | None = None


class AutomationPartialUpdate(Body):
    """Enable or disable an automation."""

    enabled: bool = True


class AutomationFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None


class AutomationFilterName(Body):
    """Which names. `like_` finds names that hold the text, whatever its case; % and _ are wildcards."""

    any_: list[str] | None = None
    like_: str | None = None


class AutomationFilterCreated(Body):
    """When they were created. The end is meant too."""

    before_: datetime | None = None


class AutomationFilterTags(OperatorMixin, Body):
    """Which tags: all of `all_`, one of `any_`, or none at all with `is_null_`."""

    all_: list[str] | None = None
    any_: list[str] | None = None
    is_null_: bool | None = None


class AutomationFilter(OperatorMixin, Body):
    """Which automations."""

    id: AutomationFilterId | None = None
    name: AutomationFilterName | None = None
    created: AutomationFilterCreated | None = None
    tags: AutomationFilterTags | None = None


class AutomationSort(str, Enum):
    """In which order automations are listed."""

    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
