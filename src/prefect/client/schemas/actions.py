"""What callers send: the bodies of the vocabulary."""

from __future__ import annotations

from prefect.schemas.artifacts import ArtifactCreate, ArtifactUpdate
from prefect.schemas.blocks import (
    BlockDocumentCreate,
    BlockDocumentUpdate,
    BlockSchemaCreate,
    BlockTypeCreate,
    BlockTypeUpdate,
)
from prefect.schemas.concurrency_limits import (
    ConcurrencyLimitCreate,
    ConcurrencyLimitV2Create,
    ConcurrencyLimitV2Update,
)
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create as GlobalConcurrencyLimitCreate
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Update as GlobalConcurrencyLimitUpdate
from prefect.schemas.flow_runs import FlowRunCreate
from prefect.schemas.flows import FlowCreate
from prefect.schemas.logs import LogCreate
from prefect.schemas.states import StateCreate
from prefect.schemas.task_runs import TaskRunCreate
from prefect.schemas.variables import VariableCreate, VariableUpdate

__all__ = [
    "ArtifactCreate",
    "ArtifactUpdate",
    "BlockDocumentCreate",
    "BlockDocumentUpdate",
    "BlockSchemaCreate",
    "BlockTypeCreate",
    "BlockTypeUpdate",
    "ConcurrencyLimitCreate",
    "ConcurrencyLimitV2Create",
    "ConcurrencyLimitV2Update",
    "FlowCreate",
    "FlowRunCreate",
    "GlobalConcurrencyLimitCreate",
    "GlobalConcurrencyLimitUpdate",
    "LogCreate",
    "StateCreate",
    "TaskRunCreate",
    "VariableCreate",
    "VariableUpdate",
]
