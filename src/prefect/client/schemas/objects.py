"""What the server returns: the records of the vocabulary."""

from __future__ import annotations

from prefect.schemas.artifacts import Artifact, ArtifactCollection
from prefect.schemas.blocks import (
    DEFAULT_BLOCK_SCHEMA_VERSION,
    BlockDocument,
    BlockDocumentName,
    BlockSchema,
    BlockType,
)
from prefect.schemas.cloud_accounts import (
    IPAllowlist,
    IPAllowlistEntry,
    IPAllowlistMyAccessResponse,
    Workspace,
)
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimit,
    GlobalConcurrencyLimit,
)
from prefect.schemas.deployment_branches import BranchingScheduleHandling, DeploymentBranchingOptions
from prefect.schemas.deployments import (
    SCHEDULE_TYPES,
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
    ConcurrencyOptions,
    Deployment,
    DeploymentSchedule,
    DeploymentStatus,
    VersionInfo,
)
from prefect.schemas.fields import KeyValueLabelsField, Name, NonNegativeInteger, PositiveInteger
from prefect.schemas.flow_run_inputs import FlowRunInput
from prefect.schemas.flow_runs import CreatedBy, FlowRun, FlowRunPolicy
from prefect.schemas.flows import Flow
from prefect.schemas.logs import Log
from prefect.schemas.remnants import (
    DEFAULT_AGENT_WORK_POOL_NAME,
    Agent,
    BlockDocumentReference,
    BlockSchemaReference,
    Configuration,
    CsrfToken,
)
from prefect.schemas.result_storage import ServerDefaultResultStorage, ServerDefaultResultStorageUpdate
from prefect.schemas.run_inputs import Constant, FlowRunResult, Parameter, RunInput, RunType, TaskRunResult
from prefect.schemas.saved_searches import SavedSearch, SavedSearchFilter
from prefect.schemas.states import TERMINAL_STATES, State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy
from prefect.schemas.variables import MAX_VARIABLE_NAME_LENGTH, StrictVariableValue, Variable
from prefect.schemas.work_pools import WorkPool, WorkPoolStatus, WorkPoolStorageConfiguration
from prefect.schemas.work_queues import (
    QueueFilter,
    WorkQueue,
    WorkQueueHealthPolicy,
    WorkQueueStatus,
    WorkQueueStatusDetail,
)
from prefect.schemas.workers import Integration, Worker, WorkerMetadata, WorkerStatus

__all__ = [
    "Agent",
    "Artifact",
    "ArtifactCollection",
    "BlockDocument",
    "BlockDocumentName",
    "BlockDocumentReference",
    "BlockSchema",
    "BlockSchemaReference",
    "BlockType",
    "BranchingScheduleHandling",
    "ConcurrencyLeaseHolder",
    "ConcurrencyLimit",
    "ConcurrencyLimitConfig",
    "ConcurrencyLimitStrategy",
    "ConcurrencyOptions",
    "Configuration",
    "Constant",
    "CreatedBy",
    "CsrfToken",
    "DEFAULT_AGENT_WORK_POOL_NAME",
    "DEFAULT_BLOCK_SCHEMA_VERSION",
    "Deployment",
    "DeploymentBranchingOptions",
    "DeploymentSchedule",
    "DeploymentStatus",
    "Flow",
    "FlowRun",
    "FlowRunInput",
    "FlowRunPolicy",
    "FlowRunResult",
    "GlobalConcurrencyLimit",
    "IPAllowlist",
    "IPAllowlistEntry",
    "IPAllowlistMyAccessResponse",
    "Integration",
    "KeyValueLabelsField",
    "Log",
    "MAX_VARIABLE_NAME_LENGTH",
    "Name",
    "NonNegativeInteger",
    "Parameter",
    "PositiveInteger",
    "QueueFilter",
    "RunInput",
    "RunType",
    "SCHEDULE_TYPES",
    "SavedSearch",
    "SavedSearchFilter",
    "ServerDefaultResultStorage",
    "ServerDefaultResultStorageUpdate",
    "State",
    "StateDetails",
    "StateType",
    "StrictVariableValue",
    "TERMINAL_STATES",
    "TaskRun",
    "TaskRunPolicy",
    "TaskRunResult",
    "Variable",
    "VersionInfo",
    "WorkPool",
    "WorkPoolStatus",
    "WorkPoolStorageConfiguration",
    "WorkQueue",
    "WorkQueueHealthPolicy",
    "WorkQueueStatus",
    "WorkQueueStatusDetail",
    "Worker",
    "WorkerMetadata",
    "WorkerStatus",
    "Workspace",
]
