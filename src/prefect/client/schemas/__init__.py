"""The vocabulary under the paths that clients import; it is defined in `prefect.schemas`."""

from __future__ import annotations

from prefect.schemas.flow_runs import FlowRun, FlowRunPolicy
from prefect.schemas.orchestration import (
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateAcceptDetails,
    StateRejectDetails,
    StateWaitDetails,
)
from prefect.schemas.run_inputs import FlowRunResult, RunInput, TaskRunResult
from prefect.schemas.states import State, StateCreate, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy

__all__ = [
    "FlowRun",
    "FlowRunPolicy",
    "FlowRunResult",
    "OrchestrationResult",
    "RunInput",
    "SetStateStatus",
    "State",
    "StateAbortDetails",
    "StateAcceptDetails",
    "StateCreate",
    "StateDetails",
    "StateRejectDetails",
    "StateType",
    "StateWaitDetails",
    "TaskRun",
    "TaskRunPolicy",
    "TaskRunResult",
]
