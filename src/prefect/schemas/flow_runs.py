"""A run of a flow."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body, Identified, Labels, Record
from prefect.schemas.names import RunName, random_name
from prefect.schemas.orchestration import OrchestrationResult
from prefect.schemas.paging import Page
from prefect.schemas.states import State, StateCreate, StateType


class CreatedBy(Record):
    """Who or what created a run."""

    id: UUID | None = None
    type: str | None = None
    display_value: str | None = None


class FlowRunPolicy(Record):
    """How often a flow run is retried, and what is known of its pauses. Delays are seconds.

    `infrastructure_retries` counts how often it was executed again because its infrastructure has failed; None is
    never. These do not count as retries of its code.
    """

    max_retries: int = Field(default=0, deprecated=True)
    retry_delay_seconds: float = Field(default=0, deprecated=True)
    retries: int | None = None
    retry_delay: int | float | None = None
    pause_keys: set[str] | None = Field(default_factory=set)
    resuming: bool | None = False
    retry_type: Literal["in_process", "reschedule"] | None = None
    infrastructure_retries: int | None = None


class FlowRun(Identified):
    """A run of a flow. Times are UTC."""

    name: str = Field(default_factory=random_name)
    flow_id: UUID
    state_id: UUID | None = None
    deployment_id: UUID | None = None
    deployment_version: str | None = None
    work_queue_name: str | None = None
    flow_version: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    idempotency_key: str | None = None
    context: dict[str, Any] = Field(default_factory=dict)
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list)
    labels: Labels | None = Field(default_factory=dict)
    parent_task_run_id: UUID | None = None
    state_type: StateType | None = None
    state_name: str | None = None
    run_count: int = 0
    expected_start_time: datetime | None = None
    next_scheduled_start_time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    total_run_time: timedelta = timedelta(0)
    estimated_run_time: timedelta = timedelta(0)
    estimated_start_time_delta: timedelta = timedelta(0)
    auto_scheduled: bool = False
    infrastructure_document_id: UUID | None = None
    infrastructure_pid: str | None = None
    created_by: CreatedBy | None = None
    work_queue_id: UUID | None = None
    work_pool_id: UUID | None = None
    work_pool_name: str | None = None
    state: State[Any] | None = None
    job_variables: dict[str, Any] | None = None


class FlowRunCreate(Body):
    """Create a flow run."""

    state: StateCreate | None = None
    name: RunName = Field(default_factory=random_name)
    flow_id: UUID
    flow_version: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)
    parent_task_run_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list)
    labels: Labels | None = Field(default_factory=dict)
    idempotency_key: str | None = None
    work_pool_name: str | None = None
    work_queue_name: str | None = None
    job_variables: dict[str, Any] | None = None
    deployment_id: UUID | None = Field(default=None, deprecated=True)


class FlowRunUpdate(Body):
    """Change a flow run; only the fields that are set are changed."""

    name: str | None = None
    flow_version: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list)
    infrastructure_pid: str | None = None
    job_variables: dict[str, Any] | None = None


class FlowRunPaginationResponse(Page):
    """A page of flow runs."""

    results: list[FlowRun]


class FlowRunBulkDeleteResponse(Record):
    """Which flow runs were deleted."""

    deleted: list[UUID] = Field(default_factory=list[UUID])


class FlowRunOrchestrationResult(OrchestrationResult):
    """The answer to a state that was proposed for several flow runs, for one of them."""

    flow_run_id: UUID


class FlowRunBulkSetStateResponse(Record):
    """The answers to a state that was proposed for several flow runs."""

    results: list[FlowRunOrchestrationResult] = Field(default_factory=list[FlowRunOrchestrationResult])
