"""What the server returns: the records of the vocabulary."""

from __future__ import annotations

from prefect.schemas.artifacts import Artifact, ArtifactCollection
from prefect.schemas.blocks import BlockDocument, BlockSchema, BlockType
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimit,
    GlobalConcurrencyLimit,
)
from prefect.schemas.flow_runs import CreatedBy, FlowRun, FlowRunPolicy
from prefect.schemas.flows import Flow
from prefect.schemas.logs import Log
from prefect.schemas.run_inputs import Constant, FlowRunResult, Parameter, RunInput, RunType, TaskRunResult
from prefect.schemas.states import TERMINAL_STATES, State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy
from prefect.schemas.variables import Variable

__all__ = [
    "TERMINAL_STATES",
    "Artifact",
    "ArtifactCollection",
    "BlockDocument",
    "BlockSchema",
    "BlockType",
    "ConcurrencyLeaseHolder",
    "ConcurrencyLimit",
    "Constant",
    "CreatedBy",
    "Flow",
    "FlowRun",
    "FlowRunPolicy",
    "FlowRunResult",
    "GlobalConcurrencyLimit",
    "Log",
    "Parameter",
    "RunInput",
    "RunType",
    "State",
    "StateDetails",
    "StateType",
    "TaskRun",
    "TaskRunPolicy",
    "TaskRunResult",
    "Variable",
]
