"""Deployments: how and when a flow is run by others, and what callers send about that."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from prefect.schedules import Schedule
from prefect.schedules.catch_up import CatchUp, CatchUpChoice
from prefect.schemas._base import Body, Identified, Labels, Record
from prefect.schemas.concurrency_limits import GlobalConcurrencyLimitResponse
from prefect.schemas.flow_runs import CreatedBy, FlowRun, FlowRunPolicy
from prefect.schemas.names import random_name
from prefect.schemas.resources import ID, NAME, ROLE, RelatedResource
from prefect.schemas.schedules import (
    SCHEDULE_TYPES,
    AnchoredSchedule,
    CronSchedule,
    IntervalSchedule,
    NoSchedule,
    RRuleSchedule,
)
from prefect.schemas.states import StateCreate
from prefect.settings import get_current_settings


class ConcurrencyLimitStrategy(str, Enum):
    """What becomes of a run that finds no free slot of its deployment: it waits, or is cancelled."""

    ENQUEUE = "ENQUEUE"
    CANCEL_NEW = "CANCEL_NEW"

    def __str__(self) -> str:
        return self.value


class ConcurrencyOptions(Record):
    """How the concurrency limit of a deployment is kept.

    Attributes:
        collision_strategy: What becomes of a run that finds no free slot.
        grace_period_seconds: How long infrastructure may take to start before the slot is taken back.
    """

    collision_strategy: ConcurrencyLimitStrategy
    grace_period_seconds: int | None = Field(default=None, ge=60, le=86400)


class ConcurrencyLimitConfig(Record):
    """The concurrency limit of a deployment, as it is written in code: how many, and the options."""

    limit: int
    collision_strategy: ConcurrencyLimitStrategy = ConcurrencyLimitStrategy.ENQUEUE
    grace_period_seconds: int | None = Field(default=None, ge=60, le=86400)


class VersionInfo(Record):
    """What is known of the version of a deployment's code, for example of a Git commit. More fields are kept."""

    model_config = ConfigDict(extra="allow")

    type: str
    version: str


class UpdatedBy(Record):
    """Who or what changed a record last."""

    id: UUID | None = None
    type: str | None = None
    display_value: str | None = None


class DeploymentStatus(str, Enum):
    """Whether somebody looks for runs of a deployment."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    DISABLED = "DISABLED"

    def __str__(self) -> str:
        return self.value


def _check_most_runs(runs: int | None) -> int | None:
    most = get_current_settings().server.deployment_schedule_max_scheduled_runs
    if runs is not None and runs > most:
        raise ValueError(f"`max_scheduled_runs` must be less than or equal to {most}.")
    return runs


MostScheduledRuns = Annotated[int | None, Field(gt=0), AfterValidator(_check_most_runs)]
"""How many runs of a schedule there may be ahead of time."""

Lateness = Annotated[float | None, Field(gt=0)]
"""How many seconds after its time a run may still begin."""


InfrastructureRetries = Annotated[int | None, Field(ge=0, le=100)]
"""How often a run is executed again because its infrastructure has failed, apart from the retries of its code."""


class DeploymentSchedule(Identified):
    """One of the schedules of a deployment; see `DeploymentScheduleCreate`."""

    deployment_id: UUID | None = None
    schedule: SCHEDULE_TYPES
    active: bool = True
    max_scheduled_runs: int | None = Field(default=None, gt=0)
    parameters: dict[str, Any] = Field(default_factory=dict)
    slug: str | None = None
    catch_up: CatchUpChoice | None = None
    max_lateness: float | None = None

    def catching_up(self) -> CatchUp:
        """Return what becomes of dates that have passed."""
        late = get_current_settings().server.services.late_runs.after_seconds
        return CatchUp(self.catch_up, self.max_lateness, late.total_seconds())


class DeploymentScheduleCreate(Body):
    """Add a schedule to a deployment.

    Attributes:
        active: Runs are made of it.
        schedule: When.
        max_scheduled_runs: How many runs there may be ahead of time.
        parameters: Parameters of its runs, before those of the deployment.
        slug: Its name in the deployment.
        replaces: The slug of the schedule whose place it takes.
        catch_up: Which dates still get a run that have passed, after an outage for example: `all`, the `latest`, or
            `none`. By default those for which there is a run already.
        max_lateness: How many seconds after its time a run may still begin; one that is later is skipped.
    """

    active: bool = True
    schedule: AnchoredSchedule
    max_scheduled_runs: MostScheduledRuns = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    slug: str | None = None
    replaces: str | None = None
    catch_up: CatchUpChoice | None = None
    max_lateness: Lateness = None

    @classmethod
    def from_schedule(cls, schedule: Schedule) -> DeploymentScheduleCreate:
        """Return what adds a schedule that was made by `prefect.schedules`."""
        late: dict[str, Any] = {"catch_up": schedule.catch_up, "max_lateness": schedule.max_lateness}
        return cls(
            schedule=_recurring(schedule),
            active=schedule.active,
            parameters=schedule.parameters,
            slug=schedule.slug,
            **{name: value for name, value in late.items() if value is not None},
        )


def _recurring(schedule: Schedule) -> SCHEDULE_TYPES:
    if schedule.interval is not None:
        anchor = {"anchor_date": schedule.anchor_date} if schedule.anchor_is_given else {}
        return IntervalSchedule(interval=schedule.interval, timezone=schedule.timezone, **anchor)
    if schedule.cron is not None:
        return CronSchedule(cron=schedule.cron, timezone=schedule.timezone, day_or=schedule.day_or)
    if schedule.rrule is not None:
        return RRuleSchedule(rrule=schedule.rrule, timezone=schedule.timezone or "UTC")
    return NoSchedule()


class DeploymentScheduleUpdate(Body):
    """Change a schedule; only the fields that are set are changed."""

    active: bool | None = None
    schedule: AnchoredSchedule | None = None
    max_scheduled_runs: MostScheduledRuns = None
    parameters: dict[str, Any] | None = None
    slug: str | None = None
    replaces: str | None = None
    catch_up: CatchUpChoice | None = None
    max_lateness: Lateness = None


class Deployment(Identified):
    """How and when a flow is run by others. Times are UTC."""

    name: str
    version: str | None = None
    version_id: UUID | None = None
    version_info: VersionInfo | None = None
    branch: str | None = None
    base: UUID | None = None
    root: UUID | None = None
    description: str | None = None
    flow_id: UUID
    paused: bool = False
    concurrency_limit: int | None = Field(default=None, deprecated=True)
    schedules: list[DeploymentSchedule] = Field(default_factory=list[DeploymentSchedule])
    job_variables: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)
    pull_steps: list[dict[str, Any]] | None = None
    tags: list[str] = Field(default_factory=list)
    labels: Labels = Field(default_factory=dict)
    work_queue_name: str | None = None
    last_polled: datetime | None = None
    parameter_openapi_schema: dict[str, Any] | None = None
    path: str | None = None
    entrypoint: str | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    created_by: CreatedBy | None = None
    updated_by: UpdatedBy | None = None
    work_queue_id: UUID | None = None
    enforce_parameter_schema: bool = True
    infrastructure_retries: int | None = None


class DeploymentResponse(Deployment):
    """A deployment as it is answered, with what stands in other tables."""

    global_concurrency_limit: GlobalConcurrencyLimitResponse | None = None
    concurrency_options: ConcurrencyOptions | None = None
    work_pool_name: str | None = None
    status: DeploymentStatus | None = DeploymentStatus.NOT_READY

    def as_related_resource(self, role: str = "deployment") -> RelatedResource:
        """Return the deployment as something that has a part in events."""
        return RelatedResource({ID: f"prefect.deployment.{self.id}", NAME: self.name, ROLE: role})


class _OneLimit(Body):
    """A deployment has a limit of its own or shares one that has a name."""

    concurrency_limit: int | None = Field(default=None, gt=0)
    global_concurrency_limit_id: UUID | None = None

    @model_validator(mode="after")
    def _has_one_limit(self) -> Self:
        if self.concurrency_limit is not None and self.global_concurrency_limit_id is not None:
            raise ValueError(
                "A deployment cannot have both a concurrency limit and a global concurrency limit."
            )
        return self


class DeploymentCreate(_OneLimit):
    """Create a deployment, or change the one of this name."""

    name: str = Field(pattern=r"^[^/%&><]+$")
    flow_id: UUID
    paused: bool | None = False
    schedules: list[DeploymentScheduleCreate] = Field(default_factory=list[DeploymentScheduleCreate])
    concurrency_options: ConcurrencyOptions | None = None
    enforce_parameter_schema: bool | None = True
    parameter_openapi_schema: dict[str, Any] | None = Field(
        default_factory=lambda: {"type": "object", "properties": {}}
    )
    parameters: dict[str, Any] = Field(default_factory=dict)
    tags: list[str] = Field(default_factory=list)
    labels: Labels | None = Field(default_factory=dict)
    pull_steps: list[dict[str, Any]] | None = None
    work_queue_name: str | None = None
    work_pool_name: str | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    description: str | None = None
    path: str | None = None
    version: str | None = None
    entrypoint: str | None = None
    infrastructure_retries: InfrastructureRetries = None
    job_variables: dict[str, Any] = Field(default_factory=dict)
    version_info: VersionInfo | None = None
    branch: str | None = None
    base: UUID | None = None
    root: UUID | None = None


class DeploymentUpdate(_OneLimit):
    """Change a deployment; only the fields that are set are changed."""

    version: str | None = None
    description: str | None = None
    paused: bool | None = False
    schedules: list[DeploymentScheduleUpdate] | None = None
    concurrency_options: ConcurrencyOptions | None = None
    parameters: dict[str, Any] | None = None
    parameter_openapi_schema: dict[str, Any] | None = None
    tags: list[str] = Field(default_factory=list)
    work_queue_name: str | None = None
    work_pool_name: str | None = None
    path: str | None = None
    job_variables: dict[str, Any] | None = None
    pull_steps: list[dict[str, Any]] | None = None
    entrypoint: str | None = None
    infrastructure_retries: InfrastructureRetries = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    enforce_parameter_schema: bool | None = None
    version_info: VersionInfo | None = None
    default_work_pool_name: str | None = None
    default_docker_build_namespace: str | None = None


class DeploymentFlowRunCreate(Body):
    """Create a run of a deployment. What is not set is taken from the deployment.

    Attributes:
        enforce_parameter_schema: Check the parameters; by default as the deployment says.
    """

    state: StateCreate | None = None
    name: str | None = Field(default_factory=random_name)
    parameters: dict[str, Any] = Field(default_factory=dict)
    enforce_parameter_schema: bool | None = None
    context: dict[str, Any] = Field(default_factory=dict)
    infrastructure_document_id: UUID | None = None
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list)
    idempotency_key: str | None = None
    labels: Labels | None = None
    parent_task_run_id: UUID | None = None
    work_queue_name: str | None = None
    job_variables: dict[str, Any] | None = Field(default_factory=dict)


class DeploymentPage(Record):
    """Some of the deployments that filters mean: those of page `page`, of `pages` with `limit` each."""

    results: list[DeploymentResponse]
    count: int
    limit: int
    pages: int
    page: int


class DeploymentBulkDeleteResponse(Record):
    """Which deployments were deleted."""

    deleted: list[UUID] = Field(default_factory=list[UUID])


class FlowRunCreateResult(Record):
    """What became of one of several runs that were to be created."""

    flow_run_id: UUID | None = None
    status: Literal["CREATED", "FAILED"]
    error: str | None = None


class FlowRunBulkCreateResponse(Record):
    """What became of each of several runs that were to be created, in their order."""

    results: list[FlowRunCreateResult] = Field(default_factory=list[FlowRunCreateResult])


class WorkerFlowRunResponse(Record):
    """A run that a worker may start, and the pool and queue in which it was found."""

    work_pool_id: UUID
    work_queue_id: UUID
    flow_run: FlowRun
