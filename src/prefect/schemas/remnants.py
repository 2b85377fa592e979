"""Records that the API still names, and that no route of it makes any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from prefect._ids import uuid7
from prefect.schemas._base import Body, Identified, Record
from prefect.schemas.blocks import BlockDocument, BlockSchema
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.names import random_name
from prefect.schemas.task_run_filters import TaskRunFilter

DEFAULT_AGENT_WORK_POOL_NAME = "default-agent-pool"
"""The pool of queues that were made without one."""


class Agent(Identified):
    """What took runs from a queue before there were workers."""

    name: str = Field(default_factory=random_name)
    work_queue_id: UUID
    last_activity_time: datetime | None = None


class Configuration(Identified):
    """A value that a server keeps for itself."""

    key: str
    value: dict[str, Any]


class CsrfToken(Identified):
    """A token against forged requests, for one client."""

    token: str
    client: str
    expiration: datetime


class BlockDocumentReference(Identified):
    """A saved block names another in one of its fields."""

    parent_block_document_id: UUID
    parent_block_document: BlockDocument | None = None
    reference_block_document_id: UUID
    reference_block_document: BlockDocument | None = None
    name: str


class BlockDocumentReferenceCreate(Body):
    """Let a saved block name another."""

    id: UUID = Field(default_factory=uuid7)
    parent_block_document_id: UUID
    reference_block_document_id: UUID
    name: str


class BlockSchemaReference(Identified):
    """A schema of blocks names another in one of its fields."""

    parent_block_schema_id: UUID
    parent_block_schema: BlockSchema | None = None
    reference_block_schema_id: UUID
    reference_block_schema: BlockSchema | None = None
    name: str


class FilterSet(Record):
    """Filters of runs, together."""

    flows: FlowFilter = Field(default_factory=FlowFilter)
    flow_runs: FlowRunFilter = Field(default_factory=FlowRunFilter)
    task_runs: TaskRunFilter = Field(default_factory=TaskRunFilter)
    deployments: DeploymentFilter = Field(default_factory=DeploymentFilter)


class LogFilterName(Record):
    """Which loggers."""

    any_: list[str] | None = None


class WorkerFilterWorkPoolId(Record):
    """Which work pools."""

    any_: list[UUID] | None = None
