"""Triggers of deployments, under the path that integration packages import them from."""

from prefect.schemas.deployment_triggers import (
    BaseDeploymentTrigger,
    DeploymentCompoundTrigger,
    DeploymentEventTrigger,
    DeploymentMetricTrigger,
    DeploymentSequenceTrigger,
    DeploymentTriggerTypes,
    deployment_trigger_discriminator,
)

__all__ = [
    "BaseDeploymentTrigger",
    "DeploymentCompoundTrigger",
    "DeploymentEventTrigger",
    "DeploymentMetricTrigger",
    "DeploymentSequenceTrigger",
    "DeploymentTriggerTypes",
    "deployment_trigger_discriminator",
]
