"""What a list shows of deployments beside themselves: how their latest runs went, what comes next, what is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Record
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.paging import Page
from prefect.schemas.states import StateType

Attention = Literal["late", "failed", "not-ready"]
"""Why somebody should look: runs are late, the latest one failed or crashed, or nobody serves its schedules."""


class RunGlance(Record):
    """A flow run in a row of bars.

    Attributes:
        id: The run.
        name: Its name.
        state_type: The type of its state.
        state_name: The name of its state.
        start_time: When it started, or is expected to.
        seconds: How long it ran, as far as that is known.
    """

    id: UUID
    name: str
    state_type: StateType | None = None
    state_name: str | None = None
    start_time: datetime | None = None
    seconds: float | None = None


class DeploymentOverview(Record):
    """A deployment with its flow's name, its latest runs (the oldest of them first) and its next one."""

    deployment: DeploymentResponse
    flow_name: str
    attention: Attention | None = None
    late: int = 0
    latest: list[RunGlance] = Field(default_factory=list[RunGlance])
    upcoming: RunGlance | None = None


class DeploymentOverviewPage(Page):
    """A page of deployments."""

    results: list[DeploymentOverview]


class VersionOfDeployment(Record):
    """A version of a deployment, as its runs tell.

    Attributes:
        version: The version; None for runs that had none.
        is_current: Whether the deployment has this version now.
        runs: How many runs began with it.
        completed: How many of these completed.
        failed: How many failed or crashed.
        first_run: When the first of them was expected.
        latest: The last of them.
    """

    version: str | None = None
    is_current: bool = False
    runs: int = 0
    completed: int = 0
    failed: int = 0
    first_run: datetime | None = None
    latest: RunGlance | None = None
