"""Triggers of deployments: what has to happen so that a run is created, and what that run is given."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from prefect.schemas._base import Record
from prefect.schemas.automation_triggers import (
    CompoundTrigger,
    EventTrigger,
    MetricTrigger,
    SequenceTrigger,
    trigger_discriminator,
)


class BaseDeploymentTrigger(Record):
    """What all triggers of deployments tell of the automation that is made of them.

    Attributes:
        name: The automation's name; by default it is made of the deployment's.
        description: What it is for.
        enabled: It creates runs.
        parameters: Parameters of the runs; templates of automations, such as `{{ event.id }}`, are filled in.
        job_variables: Values for variables of the work pool's job template.
        schedule_after: How long after the event a run is due.
    """

    name: str | None = None
    description: str = ""
    enabled: bool = True
    parameters: dict[str, Any] | None = None
    job_variables: dict[str, Any] | None = None
    schedule_after: timedelta = Field(default=timedelta(0), ge=timedelta(0))


class DeploymentEventTrigger(BaseDeploymentTrigger, EventTrigger):
    """Runs a deployment when events happen, or fail to happen."""


class DeploymentMetricTrigger(BaseDeploymentTrigger, MetricTrigger):
    """Runs a deployment when a metric is beyond a threshold. Only a hosted service evaluates it."""


class DeploymentCompoundTrigger(BaseDeploymentTrigger, CompoundTrigger):
    """Runs a deployment when some of several triggers fire."""


class DeploymentSequenceTrigger(BaseDeploymentTrigger, SequenceTrigger):
    """Runs a deployment when several triggers fire in their order."""


deployment_trigger_discriminator = trigger_discriminator

DeploymentTriggerTypes: TypeAlias = Annotated[
    Annotated[DeploymentEventTrigger, Tag("event")]
    | Annotated[DeploymentMetricTrigger, Tag("metric")]
    | Annotated[DeploymentCompoundTrigger, Tag("compound")]
    | Annotated[DeploymentSequenceTrigger, Tag("sequence")],
    Discriminator(deployment_trigger_discriminator),
]
"""The triggers of deployments that there are."""
