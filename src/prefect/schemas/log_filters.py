"""Which log lines are meant, and in which order they are listed."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin


class LogFilterFlowRunId(Body):
    """Which flow runs."""

    any_: list[UUID] | None = None


class LogFilterLevel(Body):
    """Which levels, as numbered by `logging`. The ends are meant too."""

    ge_: int | None = None
    le_: int | None = None


class LogFilterTaskRunId(Body):
    """Which task runs."""

    any_: list[UUID] | None = None
    is_null_: bool | None = None


class LogFilterTextSearch(Body):
    """Words that the lines hold; see `prefect.store.text_search`."""

    query: str = Field(max_length=200)


class LogFilterTimestamp(Body):
    """When they were written. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None


class LogFilter(OperatorMixin, Body):
    """Which log lines."""

    level: LogFilterLevel | None = None
    timestamp: LogFilterTimestamp | None = None
    flow_run_id: LogFilterFlowRunId | None = None
    task_run_id: LogFilterTaskRunId | None = None
    text: LogFilterTextSearch | None = None


class LogSort(str, Enum):
    """In which order log lines are listed."""

    TIMESTAMP_ASC = "TIMESTAMP_ASC"
    TIMESTAMP_DESC = "TIMESTAMP_DESC"
