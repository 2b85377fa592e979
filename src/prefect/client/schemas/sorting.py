"""In which order objects are read."""

from __future__ import annotations

from prefect.schemas.artifacts import ArtifactCollectionSort, ArtifactSort
from prefect.schemas.automations import AutomationSort
from prefect.schemas.block_filters import BlockDocumentSort
from prefect.schemas.deployment_filters import DeploymentSort
from prefect.schemas.flow_filters import FlowSort
from prefect.schemas.flow_run_filters import FlowRunSort
from prefect.schemas.log_filters import LogSort
from prefect.schemas.task_run_filters import TaskRunSort
from prefect.schemas.variables import VariableSort

__all__ = [
    "ArtifactCollectionSort",
    "ArtifactSort",
    "AutomationSort",
    "BlockDocumentSort",
    "DeploymentSort",
    "FlowRunSort",
    "FlowSort",
    "LogSort",
    "TaskRunSort",
    "VariableSort",
]
