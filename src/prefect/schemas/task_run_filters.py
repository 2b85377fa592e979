"""Which task runs are meant, and in which order they are listed."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin
from prefect.schemas.states import StateType


class TaskRunFilterEndTime(Body):
    """When they ended. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None
    is_null_: bool | None = None


class TaskRunFilterExpectedStartTime(Body):
    """When they were expected to start. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None


class TaskRunFilterFlowRunId(OperatorMixin, Body):
    """Which flow runs."""

    any_: list[UUID] | None = None
    is_null_: bool | None = False


class TaskRunFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None


class TaskRunFilterName(Body):
    """Which names. `like_` finds names that hold the text, whatever its case; % and _ are wildcards."""

    any_: list[str] | None = None
    like_: str | None = None


class TaskRunFilterStartTime(Body):
    """When they started. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None
    is_null_: bool | None = None


class TaskRunFilterStateName(Body):
    """Which names of states."""

    any_: list[str] | None = None


class TaskRunFilterStateType(Body):
    """Which types of states."""

    any_: list[StateType] | None = None


class TaskRunFilterSubFlowRuns(Body):
    """Whether a subflow run stands behind them."""

    exists_: bool | None = None


class TaskRunFilterTags(OperatorMixin, Body):
    """Which tags: all of `all_`, or none at all with `is_null_`."""

    all_: list[str] | None = None
    is_null_: bool | None = None


class TaskRunFilterState(OperatorMixin, Body):
    """Which states."""

    type: TaskRunFilterStateType | None = None
    name: TaskRunFilterStateName | None = None


class TaskRunFilter(OperatorMixin, Body):
    """Which task runs."""

    id: TaskRunFilterId | None = None
    name: TaskRunFilterName | None = None
    tags: TaskRunFilterTags | None = None
    state: TaskRunFilterState | None = None
    start_time: TaskRunFilterStartTime | None = None
    end_time: TaskRunFilterEndTime | None = None
    expected_start_time: TaskRunFilterExpectedStartTime | None = None
    subflow_runs: TaskRunFilterSubFlowRuns | None = None
    flow_run_id: TaskRunFilterFlowRunId | None = None


class TaskRunSort(str, Enum):
    """In which order task runs are listed."""

    ID_DESC = "ID_DESC"
    EXPECTED_START_TIME_ASC = "EXPECTED_START_TIME_ASC"
    EXPECTED_START_TIME_DESC = "EXPECTED_START_TIME_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    NEXT_SCHEDULED_START_TIME_ASC = "NEXT_SCHEDULED_START_TIME_ASC"
    END_TIME_DESC = "END_TIME_DESC"
