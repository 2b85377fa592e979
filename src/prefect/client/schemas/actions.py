"""What callers send: the bodies of the vocabulary."""

from __future__ import annotations

from prefect.schemas.artifacts import ArtifactCreate, ArtifactKey, ArtifactUpdate
from prefect.schemas.blocks import (
    BlockDocumentCreate,
    BlockDocumentName,
    BlockDocumentUpdate,
    BlockSchemaCreate,
    BlockTypeCreate,
    BlockTypeSlug,
    BlockTypeUpdate,
)
from prefect.schemas.concurrency_limits import (
    ConcurrencyLimitCreate,
    ConcurrencyLimitV2Create,
    ConcurrencyLimitV2Update,
)
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create as GlobalConcurrencyLimitCreate
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Update as GlobalConcurrencyLimitUpdate
from prefect.schemas.deployment_branches import DeploymentBranch
from prefect.schemas.deployments import (
    SCHEDULE_TYPES,
    DeploymentCreate,
    DeploymentFlowRunCreate,
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    DeploymentUpdate,
)
from prefect.schemas.fields import (
    KeyValueLabelsField,
    Name,
    NameOrEmpty,
    NonEmptyishName,
    NonNegativeFloat,
    NonNegativeInteger,
    PositiveInteger,
)
from prefect.schemas.flow_runs import FlowRunCreate, FlowRunUpdate
from prefect.schemas.flows import FlowCreate, FlowUpdate
from prefect.schemas.logs import LogCreate
from prefect.schemas.remnants import BlockDocumentReferenceCreate
from prefect.schemas.saved_searches import SavedSearchCreate
from prefect.schemas.schedules import CronSchedule, IntervalSchedule, NoSchedule, RRuleSchedule
from prefect.schemas.states import StateCreate, StateDetails, StateType
from prefect.schemas.task_runs import TaskRunCreate, TaskRunUpdate
from prefect.schemas.variables import StrictVariableValue, VariableCreate, VariableName, VariableUpdate
from prefect.schemas.work_pools import WorkPoolCreate, WorkPoolStorageConfiguration, WorkPoolUpdate
from prefect.schemas.work_queues import WorkQueueCreate, WorkQueueUpdate

__all__ = [
    "ArtifactCreate",
    "ArtifactKey",
    "ArtifactUpdate",
    "BlockDocumentCreate",
    "BlockDocumentName",
    "BlockDocumentReferenceCreate",
    "BlockDocumentUpdate",
    "BlockSchemaCreate",
    "BlockTypeCreate",
    "BlockTypeSlug",
    "BlockTypeUpdate",
    "ConcurrencyLimitCreate",
    "ConcurrencyLimitV2Create",
    "ConcurrencyLimitV2Update",
    "CronSchedule",
    "DeploymentBranch",
    "DeploymentCreate",
    "DeploymentFlowRunCreate",
    "DeploymentScheduleCreate",
    "DeploymentScheduleUpdate",
    "DeploymentUpdate",
    "FlowCreate",
    "FlowRunCreate",
    "FlowRunUpdate",
    "FlowUpdate",
    "GlobalConcurrencyLimitCreate",
    "GlobalConcurrencyLimitUpdate",
    "IntervalSchedule",
    "KeyValueLabelsField",
    "LogCreate",
    "Name",
    "NameOrEmpty",
    "NoSchedule",
    "NonEmptyishName",
    "NonNegativeFloat",
    "NonNegativeInteger",
    "PositiveInteger",
    "RRuleSchedule",
    "SCHEDULE_TYPES",
    "SavedSearchCreate",
    "StateCreate",
    "StateDetails",
    "StateType",
    "StrictVariableValue",
    "TaskRunCreate",
    "TaskRunUpdate",
    "VariableCreate",
    "VariableName",
    "VariableUpdate",
    "WorkPoolCreate",
    "WorkPoolStorageConfiguration",
    "WorkPoolUpdate",
    "WorkQueueCreate",
    "WorkQueueUpdate",
]
