"""Which deployments are meant, and in which order they are listed."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin


class DeploymentFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None
    not_any_: list[UUID] | None = None


class DeploymentFilterName(Body):
    """Which names. `like_` finds names that hold the text, whatever its case; % and _ are wildcards."""

    any_: list[str] | None = None
    like_: str | None = None


class DeploymentOrFlowNameFilter(Body):
    """A text that stands in the name of the deployment or of its flow, whatever its case."""

    like_: str | None = None


class DeploymentFilterPaused(Body):
    """Whether they are paused."""

    eq_: bool | None = None


class DeploymentFilterTags(OperatorMixin, Body):
    """Which tags: all of `all_`, one of `any_`, or none at all with `is_null_`."""

    all_: list[str] | None = None
    any_: list[str] | None = None
    is_null_: bool | None = None


class DeploymentFilterWorkQueueName(Body):
    """Which work queues."""

    any_: list[str] | None = None


class DeploymentFilterConcurrencyLimit(Body):
    """Has no effect any more."""

    ge_: int | None = None
    le_: int | None = None
    is_null_: bool | None = None


class DeploymentFilter(OperatorMixin, Body):
    """Which deployments."""

    id: DeploymentFilterId | None = None
    name: DeploymentFilterName | None = None
    flow_or_deployment_name: DeploymentOrFlowNameFilter | None = None
    paused: DeploymentFilterPaused | None = None
    tags: DeploymentFilterTags | None = None
    work_queue_name: DeploymentFilterWorkQueueName | None = None
    concurrency_limit: DeploymentFilterConcurrencyLimit | None = Field(default=None, deprecated=True)


class DeploymentSort(str, Enum):
    """In which order deployments are listed."""

    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
