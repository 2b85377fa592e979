"""What pages show at a glance: what runs, what failed, what is late, what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from prefect.schemas._base import Record
from prefect.schemas.events import ReceivedEvent
from prefect.schemas.flows import Flow
from prefect.schemas.paging import Page
from prefect.schemas.states import StateType


class RunInBrief(Record):
    """A flow run in one line.

    Attributes:
        id: The run.
        name: Its name.
        flow_id: Its flow.
        flow_name: The name of the flow.
        deployment_id: The deployment that made it, if one did.
        work_pool_name: The work pool that it is to be executed in, if there is one.
        state_type: The type of its state.
        state_name: The name of its state.
        message: What the state says.
        expected_start_time: When it should start, in UTC.
        start_time: When it started, in UTC.
        end_time: When it ended, in UTC.
    """

    id: UUID
    name: str
    flow_id: UUID
    flow_name: str
    deployment_id: UUID | None = None
    work_pool_name: str | None = None
    state_type: StateType | None = None
    state_name: str | None = None
    message: str | None = None
    expected_start_time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None


class SelectedRun(Record):
    """A flow run that something may be done with: its state, and whether a deployment made it."""

    id: UUID
    state_type: StateType | None = None
    deployed: bool = False


class RunInProgress(Record):
    """A flow run that is running, and how long completed runs of its flow took lately, on average, if there are any."""

    run: RunInBrief
    usual_run_time: timedelta | None = None


class FailingFlow(Record):
    """A flow of which runs failed or crashed: how many, of how many, and the last one of them."""

    failed: int
    all: int
    last: RunInBrief


class SomeRuns(Record):
    """The first of some runs, and how many there are in all."""

    count: int
    runs: list[RunInBrief]


class Dashboard(Record):
    """What a person looks for first.

    Attributes:
        failing: The flows of which most runs failed or crashed, the worst first.
        running: Some of the runs that are running, those first that have begun last.
        running_count: How many are running.
        late: Runs that should have started, those first that have waited longest.
        upcoming: The runs that start next.
        events: What has happened last; what task runs and logs tell is left out.
    """

    failing: list[FailingFlow]
    running: list[RunInProgress]
    running_count: int
    late: SomeRuns
    upcoming: list[RunInBrief]
    events: list[ReceivedEvent]


class FlowOverview(Record):
    """A flow with its latest runs, the oldest of these first, the run that comes next, and how often it is deployed."""

    flow: Flow
    deployments: int
    latest: list[RunInBrief]
    upcoming: RunInBrief | None = None


class FlowOverviewPage(Page):
    """A page of flows."""

    results: list[FlowOverview]
