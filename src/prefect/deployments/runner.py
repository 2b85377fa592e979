"""Deployments declared in code, under the documented names."""

from __future__ import annotations

from prefect._internal.entrypoint_type import EntrypointType
from prefect.deployments.applying import DeploymentApplyError
from prefect.deployments.deploying import adeploy, deploy
from prefect.deployments.runner_deployment import RunnerDeployment, SlaTypes
from prefect.runner.storages.base import RunnerStorage
from prefect.schemas.automation_triggers import TriggerTypes
from prefect.schemas.deployment_triggers import DeploymentTriggerTypes
from prefect.schemas.schedules import SCHEDULE_TYPES

__all__ = [
    "SCHEDULE_TYPES",
    "DeploymentApplyError",
    "DeploymentTriggerTypes",
    "EntrypointType",
    "RunnerDeployment",
    "RunnerStorage",
    "SlaTypes",
    "TriggerTypes",
    "adeploy",
    "deploy",
]
