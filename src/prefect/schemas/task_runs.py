"""A run of a task."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body, Identified, Labels, Record
from prefect.schemas.names import RunName, random_name
from prefect.schemas.paging import Page
from prefect.schemas.run_inputs import TaskInputs
from prefect.schemas.states import State, StateCreate, StateType


class TaskRunPolicy(Record):
    """How often and when a task run is retried. Delays are seconds; a list holds one for each retry."""

    max_retries: int = Field(default=0, deprecated=True)
    retry_delay_seconds: float = Field(default=0, deprecated=True)
    retries: int | None = None
    retry_delay: int | float | list[int] | list[float] | None = None
    retry_jitter_factor: float | None = None


class TaskRun(Identified):
    """A run of a task, inside a flow run or on its own. Times are UTC."""

    name: str = Field(default_factory=random_name)
    flow_run_id: UUID | None = None
    task_key: str
    dynamic_key: str
    cache_key: str | None = None
    cache_expiration: datetime | None = None
    task_version: str | None = None
    empirical_policy: TaskRunPolicy = Field(default_factory=TaskRunPolicy)
    tags: list[str] = Field(default_factory=list)
    labels: Labels | None = Field(default_factory=dict)
    state_id: UUID | None = None
    task_inputs: TaskInputs = Field(default_factory=dict)
    state_type: StateType | None = None
    state_name: str | None = None
    run_count: int = 0
    flow_run_run_count: int = 0
    expected_start_time: datetime | None = None
    next_scheduled_start_time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    total_run_time: timedelta = timedelta(0)
    estimated_run_time: timedelta = timedelta(0)
    estimated_start_time_delta: timedelta = timedelta(0)
    state: State[Any] | None = None


class TaskRunCreate(Body):
    """Create a task run."""

    id: UUID | None = None
    state: StateCreate | None = None
    name: RunName = Field(default_factory=random_name)
    flow_run_id: UUID | None = None
    task_key: str
    dynamic_key: str
    cache_key: str | None = None
    cache_expiration: datetime | None = None
    task_version: str | None = None
    empirical_policy: TaskRunPolicy = Field(default_factory=TaskRunPolicy)
    tags: list[str] = Field(default_factory=list)
    labels: Labels | None = Field(default_factory=dict)
    task_inputs: TaskInputs = Field(default_factory=dict)


class TaskRunUpdate(Body):
    """Change a task run; only the fields that are set are changed."""

    name: str = Field(default_factory=random_name)


class TaskRunPaginationResponse(Page):
    """A page of task runs."""

    results: list[TaskRun]


class UITaskRun(TaskRun):
    """A task run with the name of its flow run."""

    flow_run_name: str | None = None
