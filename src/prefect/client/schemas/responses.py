"""What orchestration answers."""

from __future__ import annotations

from prefect.schemas.concurrency_limits import (
    ConcurrencyLimitWithLeaseResponse,
    GlobalConcurrencyLimitResponse,
    MinimalConcurrencyLimitResponse,
)
from prefect.schemas.deployments import DeploymentResponse, WorkerFlowRunResponse
from prefect.schemas.fields import KeyValueLabelsField, StateResponseDetails
from prefect.schemas.flow_runs import FlowRun as FlowRunResponse
from prefect.schemas.orchestration import (
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateAcceptDetails,
    StateRejectDetails,
    StateWaitDetails,
)
from prefect.schemas.run_history import HistoryResponse, HistoryResponseState
from prefect.schemas.work_pools import WorkPoolConcurrencyStatus
from prefect.schemas.work_queues import (
    FlowRunSlotSummary,
    WorkQueueConcurrencyStatus,
    WorkQueueConcurrencyStatusDetail,
)

__all__ = [
    "ConcurrencyLimitWithLeaseResponse",
    "DeploymentResponse",
    "FlowRunResponse",
    "FlowRunSlotSummary",
    "GlobalConcurrencyLimitResponse",
    "HistoryResponse",
    "HistoryResponseState",
    "KeyValueLabelsField",
    "MinimalConcurrencyLimitResponse",
    "OrchestrationResult",
    "SetStateStatus",
    "StateAbortDetails",
    "StateAcceptDetails",
    "StateRejectDetails",
    "StateResponseDetails",
    "StateWaitDetails",
    "WorkPoolConcurrencyStatus",
    "WorkQueueConcurrencyStatus",
    "WorkQueueConcurrencyStatusDetail",
    "WorkerFlowRunResponse",
]
