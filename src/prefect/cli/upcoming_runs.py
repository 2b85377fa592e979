"""The runs that are scheduled in work pools and queues, the next one first. Looking at them is no sign of a worker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from prefect._clock import now
from prefect.cli.durations import local_time_with_zone
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, perform, plain
from prefect.cli.records import show_table
from prefect.cli.screen import show_json

if TYPE_CHECKING:
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.work_pool_filters import WorkPoolFilter
    from prefect.schemas.work_queue_filters import WorkQueueFilter

Hours = Annotated[int, Parameter(alias="-h", validator=Number(gte=1), help="How many hours to look ahead.")]

_MOST = 200


def show_upcoming_runs(
    hours: int,
    output: str | None,
    *,
    work_pools: WorkPoolFilter | None = None,
    work_queues: WorkQueueFilter | None = None,
) -> None:
    """Print the runs that are due within so many hours, those that are late included.

    Args:
        hours: How far to look ahead.
        output: Whether one JSON document is wanted.
        work_pools: Only those in such pools.
        work_queues: Only those in such queues.
    """
    runs = _upcoming(hours, work_pools, work_queues) if anything_recorded() else []
    if output:
        show_json([plain(run) for run in runs])
    elif not runs:
        print(f"No run is scheduled within {hours} hour{'' if hours == 1 else 's'}.")
    else:
        show_table(
            ("DUE", "IN", "FLOW RUN", "ID", "QUEUE"),
            [
                (
                    local_time_with_zone(run.next_scheduled_start_time)
                    if run.next_scheduled_start_time
                    else "",
                    run.next_scheduled_start_time,
                    inert(run.name),
                    str(run.id),
                    run.work_queue_name,
                )
                for run in runs
            ],
        )
        if len(runs) == _MOST:
            print(f"These are the next {_MOST}.")


def _upcoming(
    hours: int, work_pools: WorkPoolFilter | None, work_queues: WorkQueueFilter | None
) -> list[FlowRun]:
    from prefect.schemas.flow_run_filters import (  # loads pydantic: not for the help pages
        FlowRunFilter,
        FlowRunFilterNextScheduledStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
        FlowRunSort,
    )
    from prefect.schemas.states import StateType
    from prefect.store.flow_runs import read_flow_runs

    until = now() + timedelta(hours=hours)
    wanted = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=until),
    )
    return perform(
        read_flow_runs,
        flow_runs=wanted,
        work_pools=work_pools,
        work_pool_queues=work_queues,
        sort=FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC,
        limit=_MOST,
    )
