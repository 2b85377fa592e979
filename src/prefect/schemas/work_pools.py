"""Work pools: where runs of deployments are started, and with which settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import AfterValidator, Field

from prefect.schemas._base import Body, Identified, Record
from prefect.schemas.work_queues import WorkQueueConcurrencyStatusDetail

PoolName = Annotated[str, Field(pattern=r"^[^/%&><]+$")]
"""A name that can stand in a path."""

_PLACEHOLDER = re.compile(r"\{\{\s*([\w.$-]+)\s*\}\}")

PREFECT_AGENT_TYPE = "prefect-agent"
"""The type of pools from which everybody may take runs; nobody tells whether somebody does."""

WORKER_PACKAGES = {
    "azure-container-instance": "prefect-azure",
    "cloud-run": "prefect-gcp",
    "cloud-run-v2": "prefect-gcp",
    "docker": "prefect-docker",
    "ecs": "prefect-aws",
    "kubernetes": "prefect-kubernetes",
    "process": "prefect",
    "vertex-ai": "prefect-gcp",
}
"""Which package has the workers of a type of pools."""


class WorkPoolStatus(str, Enum):
    """Whether a worker looks for runs in a pool."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"

    def __str__(self) -> str:
        return self.value

    @property
    def display_name(self) -> str:
        """How people read it."""
        return self.value.replace("_", " ").capitalize()


class WorkPoolStorageConfiguration(Record):
    """Where a pool keeps the code and the results of runs that were submitted to it."""

    bundle_upload_step: dict[str, Any] | None = None
    bundle_execution_step: dict[str, Any] | None = None
    default_result_storage_block_id: UUID | None = None


class WorkPool(Identified):
    """Where runs of deployments are started, and with which settings.

    Attributes:
        base_job_template: The configuration of its jobs with the variables in it, and the schema of these variables.
        active_slots: How many of its runs are in progress; only told where there is a limit.
    """

    name: PoolName
    description: str | None = None
    type: str
    base_job_template: dict[str, Any] = Field(default_factory=dict)
    is_paused: bool = False
    concurrency_limit: int | None = Field(default=None, ge=0)
    status: WorkPoolStatus | None = None
    default_queue_id: UUID | None = None
    storage_configuration: WorkPoolStorageConfiguration = Field(default_factory=WorkPoolStorageConfiguration)
    active_slots: int | None = None

    @property
    def is_push_pool(self) -> bool:
        """Whether runs are pushed to infrastructure, without a worker."""
        return self.type.endswith(":push")

    @property
    def is_managed_pool(self) -> bool:
        """Whether the infrastructure is managed by others."""
        return self.type.endswith(":managed")


def check_base_job_template(template: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the template of jobs if it is whole: every variable in the configuration is in the schema.

    Raises:
        ValueError: It is not.
    """
    if not template:
        return template
    if "job_configuration" not in template or "variables" not in template:
        raise ValueError(
            "The `base_job_template` must contain both a `job_configuration` key and a `variables` key."
        )
    schema = cast("dict[str, Any]", template["variables"] or {})
    declared = cast("dict[str, Any]", schema.get("properties") or {})
    unknown = sorted(set(_variables_in(template["job_configuration"])) - declared.keys())
    if unknown:
        raise ValueError(
            "The variables specified in the job configuration template must be present as properties in the "
            f"variables schema. Your job configuration uses the following undeclared variable(s): {', '.join(unknown)}."
        )
    return template


def _variables_in(value: Any) -> Iterator[str]:
    """Yield the names of the variables in a template; blocks, variables of the API and of the environment are none."""
    if isinstance(value, str):
        for name in _PLACEHOLDER.findall(value):
            if not name.startswith(("$", "prefect.blocks.", "prefect.variables.")):
                yield name
    elif isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            yield from _variables_in(key)
            yield from _variables_in(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _variables_in(item)


JobTemplate = Annotated[dict[str, Any], AfterValidator(check_base_job_template)]


class WorkPoolCreate(Body):
    """Create a pool."""

    name: PoolName
    description: str | None = None
    type: str = PREFECT_AGENT_TYPE
    base_job_template: JobTemplate = Field(default_factory=dict)
    is_paused: bool = False
    concurrency_limit: int | None = Field(default=None, ge=0)
    storage_configuration: WorkPoolStorageConfiguration = Field(default_factory=WorkPoolStorageConfiguration)


class WorkPoolUpdate(Body):
    """Change a pool; only the fields that are set are changed."""

    description: str | None = None
    is_paused: bool | None = None
    base_job_template: JobTemplate | None = None
    concurrency_limit: int | None = Field(default=None, ge=0)
    storage_configuration: WorkPoolStorageConfiguration | None = None


class WorkPoolConcurrencyStatus(Record):
    """How many runs of a pool are in progress, and which in each of its queues."""

    active_slots: int
    concurrency_limit: int | None = None
    queues: list[WorkQueueConcurrencyStatusDetail] = Field(
        default_factory=list[WorkQueueConcurrencyStatusDetail]
    )
    count: int
    limit: int
    pages: int
    page: int
