"""What orchestration answers."""

from __future__ import annotations

from prefect.schemas.concurrency_limits import (
    ConcurrencyLimitWithLeaseResponse,
    GlobalConcurrencyLimitResponse,
    MinimalConcurrencyLimitResponse,
)
from prefect.schemas.orchestration import (
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateAcceptDetails,
    StateRejectDetails,
    StateWaitDetails,
)

__all__ = [
    "ConcurrencyLimitWithLeaseResponse",
    "GlobalConcurrencyLimitResponse",
    "MinimalConcurrencyLimitResponse",
    "OrchestrationResult",
    "SetStateStatus",
    "StateAbortDetails",
    "StateAcceptDetails",
    "StateRejectDetails",
    "StateWaitDetails",
]
