"""What an automation waits for: events that happen or fail to happen, metrics, and several of these together."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, cast
from uuid import UUID

from pydantic import Discriminator, Field, PrivateAttr, Tag, model_validator
from pydantic.json_schema import SkipJsonSchema

from prefect._ids import uuid4
from prefect.schemas._base import Record
from prefect.schemas.automation_actions import ActionTypes, RunDeployment
from prefect.schemas.resources import ResourceSpecification

SHORTEST_ABSENCE = timedelta(seconds=10)
"""For how long at least something must fail to happen before it is noticed."""


_STEP = "  "


class Posture(str, Enum):
    """Whether a trigger waits for events, for their absence, or for a metric."""

    Reactive = "Reactive"
    Proactive = "Proactive"
    Metric = "Metric"

    def __str__(self) -> str:
        return self.value


class Trigger(Record):
    """What an automation waits for. `type` tells which kind of trigger it is."""

    type: Any
    id: UUID = Field(default_factory=uuid4)

    _deployment_id: UUID | None = PrivateAttr(default=None)

    def describe_for_cli(self, indent: int = 0) -> str:
        """Return a description for people, so many steps to the right."""
        return textwrap.indent(f"{self.type} trigger", _STEP * indent)

    def all_triggers(self) -> Iterator[Trigger]:
        """Yield this trigger and those that it is made of."""
        yield self

    def set_deployment_id(self, deployment_id: UUID) -> None:
        """Say which deployment the trigger runs."""
        self._deployment_id = deployment_id

    def owner_resource(self) -> str | None:
        """Return the resource that an automation of the trigger goes with."""
        return f"prefect.deployment.{self._deployment_id}"

    def actions(self) -> list[ActionTypes]:
        """Return what is done when the trigger fires: its deployment is run.

        Raises:
            ValueError: It is not said which one.
        """
        if self._deployment_id is None:
            raise ValueError(
                "It is not known which deployment the trigger runs: call set_deployment_id first."
            )
        after: timedelta = getattr(self, "schedule_after", timedelta(0))
        return [
            RunDeployment(
                deployment_id=self._deployment_id,
                parameters=getattr(self, "parameters", None),
                job_variables=getattr(self, "job_variables", None),
                schedule_after=after,
            )
        ]

    def as_automation(self) -> AutomationCore:
        """Return the automation that runs the deployment when the trigger fires.

        Raises:
            ValueError: It is not said which deployment.
        """
        facts: dict[str, Any] = {
            "trigger": self.model_dump(include=_own_fields(self)),
            "actions": self.actions(),
            "owner_resource": self.owner_resource(),
            "description": getattr(self, "description", ""),
            "enabled": getattr(self, "enabled", True),
        }
        name: str | None = getattr(self, "name", None)
        return AutomationCore(name=name or f"Automation for deployment {self._deployment_id}", **facts)


class ResourceTrigger(Trigger):
    """Waits for something about resources.

    Attributes:
        match: Labels of the resource that it is about.
        match_related: Labels of resources that have a part in it; of several specifications, all must be fulfilled.
    """

    match: ResourceSpecification = Field(default_factory=lambda: ResourceSpecification(root={}))
    match_related: ResourceSpecification | list[ResourceSpecification] = Field(
        default_factory=lambda: ResourceSpecification(root={})
    )


class EventTrigger(ResourceTrigger):
    """Waits for events, or for their absence.

    Attributes:
        after: Names of events that must come first.
        expect: Names of events that are waited for; a name that ends with * means all that begin so.
        for_each: Labels by whose values events are told apart.
        posture: Wait for the events (Reactive) or for their absence (Proactive).
        threshold: How many there must be.
        within: In how much time. For Proactive triggers at least 10 seconds.
    """

    type: Literal["event"] = "event"
    after: set[str] = Field(default_factory=set[str])
    expect: set[str] = Field(default_factory=set[str])
    for_each: set[str] = Field(default_factory=set[str])
    posture: Literal[Posture.Reactive, Posture.Proactive] = Posture.Reactive
    threshold: int = 1
    within: timedelta = Field(default=timedelta(0), ge=timedelta(0))

    @model_validator(mode="before")
    @classmethod
    def _absence_takes_time(cls, values: Any) -> Any:
        """What fails to happen needs some time in which it could have."""
        if not isinstance(values, dict):
            return values
        given = cast("dict[str, Any]", values)
        if given.get("posture") in {Posture.Proactive, "Proactive"} and not given.get("within"):
            return {**given, "within": SHORTEST_ABSENCE}
        return given

    @model_validator(mode="after")
    def _absence_is_long_enough(self) -> EventTrigger:
        if self.posture is Posture.Proactive and self.within < SHORTEST_ABSENCE:
            raise ValueError("`within` for Proactive triggers must be greater than or equal to 10 seconds")
        return self

    def describe_for_cli(self, indent: int = 0) -> str:
        """See `Trigger.describe_for_cli`."""
        events = ", ".join(sorted(self.expect)) or "any event"
        if self.posture is Posture.Reactive:
            described = f"Reactive: expecting {self.threshold} of {events}"
        else:
            described = f"Proactive: expecting {self.threshold} of {events} within {self.within}"
        return textwrap.indent(described, _STEP * indent)


class MetricTriggerOperator(Enum):
    """How a metric is compared with its threshold."""

    LT = "<"
    LTE = "<="
    GT = ">"
    GTE = ">="


class PrefectMetric(Enum):
    """What is measured of flow runs."""

    lateness = "lateness"
    duration = "duration"
    successes = "successes"


class MetricTriggerQuery(Record):
    """A metric and what it must be.

    Attributes:
        name: The metric.
        threshold: What it is compared with: seconds, or a percentage of runs.
        operator: How.
        range: Over how much time it is measured.
        firing_for: For how long it must be so.
    """

    name: PrefectMetric
    threshold: float
    operator: MetricTriggerOperator
    range: timedelta = timedelta(minutes=5)
    firing_for: timedelta = timedelta(minutes=5)


class MetricTrigger(ResourceTrigger):
    """Waits until a metric is beyond a threshold. Only a hosted service evaluates it."""

    type: Literal["metric"] = "metric"
    posture: Literal[Posture.Metric] = Posture.Metric
    metric: MetricTriggerQuery

    def describe_for_cli(self, indent: int = 0) -> str:
        """See `Trigger.describe_for_cli`."""
        metric = self.metric
        described = f"{metric.name.value} {metric.operator.value} {metric.threshold} for {metric.firing_for}"
        return textwrap.indent(f"Metric: {described}", _STEP * indent)


class CompositeTrigger(Trigger):
    """Is made of several triggers.

    Attributes:
        triggers: The triggers.
        within: In how much time they must fire; None is without end.
    """

    triggers: list[TriggerTypes]
    within: timedelta | None = None

    def all_triggers(self) -> Iterator[Trigger]:
        """See `Trigger.all_triggers`."""
        yield self
        for trigger in self.triggers:
            yield from trigger.all_triggers()

    def _described(self, how: str, indent: int) -> str:
        inner = [trigger.describe_for_cli(indent=indent + 1) for trigger in self.triggers]
        return "\n".join([textwrap.indent(how, _STEP * indent), *inner])


class CompoundTrigger(CompositeTrigger):
    """Waits for any, all, or a number of its triggers, in any order."""

    type: Literal["compound"] = "compound"
    require: int | Literal["any", "all"]

    @model_validator(mode="after")
    def _can_be_met(self) -> CompoundTrigger:
        if isinstance(self.require, int):
            if self.require < 1:
                raise ValueError("require must be at least 1")
            if self.require > len(self.triggers):
                raise ValueError("require must be less than or equal to the number of triggers")
        return self

    def describe_for_cli(self, indent: int = 0) -> str:
        """See `Trigger.describe_for_cli`."""
        return self._described(f"{str(self.require).capitalize()} of:", indent)


class SequenceTrigger(CompositeTrigger):
    """Waits for all of its triggers in their order."""

    type: Literal["sequence"] = "sequence"

    def describe_for_cli(self, indent: int = 0) -> str:
        """See `Trigger.describe_for_cli`."""
        return self._described("In this order:", indent)


def trigger_discriminator(value: Any) -> str:
    """Return the type of a trigger; one that does not tell it is recognised by its fields."""
    if not isinstance(value, dict):
        return getattr(value, "type", "event")
    given = cast("dict[str, Any]", value)
    if "type" in given:
        return given["type"]
    if "metric" in given:
        return "metric"
    if "triggers" in given:
        return "compound" if "require" in given else "sequence"
    return "event"


TriggerTypes: TypeAlias = Annotated[
    Annotated[EventTrigger, Tag("event")]
    | Annotated[SkipJsonSchema[MetricTrigger], Tag("metric")]
    | Annotated[CompoundTrigger, Tag("compound")]
    | Annotated[SequenceTrigger, Tag("sequence")],
    Discriminator(trigger_discriminator),
]
"""The triggers that there are. What only a hosted service knows is in no document of a server."""

CompositeTrigger.model_rebuild()
CompoundTrigger.model_rebuild()
SequenceTrigger.model_rebuild()


class AutomationCore(Record):
    """What to wait for, and what to do then.

    Attributes:
        actions: What to do whenever the trigger fires.
        actions_on_trigger: What to do when something that may last begins.
        actions_on_resolve: What to do when it is over.
        owner_resource: The resource with which the automation was made and goes.
    """

    name: str
    description: str = ""
    enabled: bool = True
    tags: list[str] = Field(default_factory=list)
    trigger: TriggerTypes
    actions: list[ActionTypes]
    actions_on_trigger: list[ActionTypes] = Field(default_factory=list[ActionTypes])
    actions_on_resolve: list[ActionTypes] = Field(default_factory=list[ActionTypes])
    owner_resource: str | None = None


def _own_fields(trigger: Trigger) -> set[str]:
    """Return the fields by which a trigger waits, without those by which a deployment names its automation."""
    kind = next(kind for kind in type(trigger).__mro__ if kind in _KINDS)
    return set(kind.model_fields)


_KINDS = (EventTrigger, MetricTrigger, CompoundTrigger, SequenceTrigger)
