"""Which flow runs are meant, and in which order they are listed."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin
from prefect.schemas.states import StateType


class FlowRunFilterCreatedBy(OperatorMixin, Body):
    """Who or what created them."""

    id_: list[UUID] | None = None
    type_: list[str] | None = None
    is_null_: bool | None = None


class FlowRunFilterDeploymentId(OperatorMixin, Body):
    """Which deployments."""

    any_: list[UUID] | None = None
    is_null_: bool | None = None


class FlowRunFilterEndTime(Body):
    """When they ended. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None
    is_null_: bool | None = None


class FlowRunFilterExpectedStartTime(Body):
    """When they were expected to start. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None


class FlowRunFilterFlowVersion(Body):
    """Which versions of the flow."""

    any_: list[str] | None = None


class FlowRunFilterDeploymentVersion(Body):
    """Which versions of the deployment they began with."""

    any_: list[str] | None = None
    is_null_: bool | None = None


class FlowRunFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None
    not_any_: list[UUID] | None = None


class FlowRunFilterIdempotencyKey(Body):
    """Which idempotency keys."""

    any_: list[str] | None = None
    not_any_: list[str] | None = None


class FlowRunFilterName(Body):
    """Which names. `like_` finds names that hold the text, whatever its case; % and _ are wildcards."""

    any_: list[str] | None = None
    like_: str | None = None


class FlowRunFilterNextScheduledStartTime(Body):
    """When they are scheduled to start next. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None


class FlowRunFilterParameters(Body):
    """Which parameters: all that are named in `has_`, and those of `equals_` with these values."""

    has_: list[str] | None = None
    equals_: dict[str, Any] | None = None


class FlowRunFilterParentFlowRunId(OperatorMixin, Body):
    """Which flow runs they are subflow runs of."""

    any_: list[UUID] | None = None


class FlowRunFilterParentTaskRunId(OperatorMixin, Body):
    """Which task runs stand for them."""

    any_: list[UUID] | None = None
    is_null_: bool | None = None


class FlowRunFilterStartTime(Body):
    """When they started; while one has not, when it is expected to. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None
    is_null_: bool | None = None


class FlowRunFilterStateName(Body):
    """Which names of states."""

    any_: list[str] | None = None
    not_any_: list[str] | None = None


class FlowRunFilterStateType(Body):
    """Which types of states."""

    any_: list[StateType] | None = None
    not_any_: list[StateType] | None = None


class FlowRunFilterTags(OperatorMixin, Body):
    """Which tags: all of `all_`, one of `any_`, or none at all with `is_null_`."""

    all_: list[str] | None = None
    any_: list[str] | None = None
    is_null_: bool | None = None


class FlowRunFilterWorkQueueName(OperatorMixin, Body):
    """Which work queues."""

    any_: list[str] | None = None
    is_null_: bool | None = None


class FlowRunFilterState(OperatorMixin, Body):
    """Which states."""

    type: FlowRunFilterStateType | None = None
    name: FlowRunFilterStateName | None = None


class FlowRunFilter(OperatorMixin, Body):
    """Which flow runs."""

    id: FlowRunFilterId | None = None
    name: FlowRunFilterName | None = None
    tags: FlowRunFilterTags | None = None
    deployment_id: FlowRunFilterDeploymentId | None = None
    work_queue_name: FlowRunFilterWorkQueueName | None = None
    state: FlowRunFilterState | None = None
    flow_version: FlowRunFilterFlowVersion | None = None
    deployment_version: FlowRunFilterDeploymentVersion | None = None
    start_time: FlowRunFilterStartTime | None = None
    end_time: FlowRunFilterEndTime | None = None
    expected_start_time: FlowRunFilterExpectedStartTime | None = None
    next_scheduled_start_time: FlowRunFilterNextScheduledStartTime | None = None
    parent_flow_run_id: FlowRunFilterParentFlowRunId | None = None
    parent_task_run_id: FlowRunFilterParentTaskRunId | None = None
    idempotency_key: FlowRunFilterIdempotencyKey | None = None
    created_by: FlowRunFilterCreatedBy | None = None
    parameters: FlowRunFilterParameters | None = None


class FlowRunSort(str, Enum):
    """In which order flow runs are listed."""

    ID_DESC = "ID_DESC"
    START_TIME_ASC = "START_TIME_ASC"
    START_TIME_DESC = "START_TIME_DESC"
    EXPECTED_START_TIME_ASC = "EXPECTED_START_TIME_ASC"
    EXPECTED_START_TIME_DESC = "EXPECTED_START_TIME_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    NEXT_SCHEDULED_START_TIME_ASC = "NEXT_SCHEDULED_START_TIME_ASC"
    END_TIME_DESC = "END_TIME_DESC"
