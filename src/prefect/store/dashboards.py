"""What a person looks for first: what runs, what failed, what is late, what comes next, what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from prefect._clock import now
from prefect.schemas.events import EventFilter, EventNameFilter
from prefect.schemas.run_overviews import Dashboard, FailingFlow, RunInBrief, RunInProgress, SomeRuns
from prefect.store.columns import timestamp_text
from prefect.store.events import as_events, read_event_rows
from prefect.store.operations import operation
from prefect.store.run_briefs import runs_in_brief
from prefect.store.statements import Statement, Transaction

_NOISE = ["prefect.task-run.", "prefect.log."]
"""What events of these kinds tell stands on the pages of runs."""

_SOME_LATELY = 10
"""Of how many completed runs it is told how long they took."""

_NO_SUBFLOWS = "flow_run.parent_task_run_id IS NULL"
_FAILED = "flow_run.state_type IN ('FAILED', 'CRASHED')"


@operation("POST", "/ui/dashboard", reads=True)
def read_dashboard(since: datetime, few: Annotated[int, Field(ge=1, le=20)] = 6) -> Transaction[Dashboard]:
    """Return what needs a person, what runs and what comes next. Of what runs, subflow runs are left out.

    Args:
        since: Of the failed runs those are meant that were expected to start after this time.
        few: How many of each kind.
    """
    moment = timestamp_text(now())
    late = "flow_run.state_name = 'Late' AND flow_run.state_type = 'SCHEDULED'"
    running = f"flow_run.state_type = 'RUNNING' AND {_NO_SUBFLOWS}"
    rows = yield from read_event_rows(EventFilter(event=EventNameFilter(exclude_prefix=_NOISE)), few + 2)
    return Dashboard.model_construct(
        failing=(yield from _failing(since, few)),
        running=(yield from _in_progress(running, few)),
        running_count=(yield from _count(running)),
        late=SomeRuns.model_construct(
            count=(yield from _count(late)),
            runs=(yield from runs_in_brief(late, "flow_run.expected_start_time, flow_run.id", few)),
        ),
        upcoming=(
            yield from runs_in_brief(
                "flow_run.state_name = 'Scheduled' AND flow_run.next_scheduled_start_time >= ?",
                "flow_run.next_scheduled_start_time, flow_run.id",
                few,
                (moment,),
            )
        ),
        events=as_events(rows),
    )


def _failing(since: datetime, few: int) -> Transaction[list[FailingFlow]]:
    time = (timestamp_text(since), timestamp_text(now()))
    within = "flow_run.expected_start_time >= ? AND flow_run.expected_start_time <= ?"
    rows = yield Statement(
        f"SELECT flow_id, count(*) AS n FROM flow_run WHERE {_FAILED} AND {within} "
        "GROUP BY flow_id ORDER BY count(*) DESC, flow_id LIMIT ?",
        (*time, few),
    )
    found: list[FailingFlow] = []
    for row in rows:
        of_flow, which = f"flow_run.flow_id = ? AND {within}", (row["flow_id"], *time)
        order = "flow_run.expected_start_time DESC, flow_run.id DESC"
        (last,) = yield from runs_in_brief(f"{of_flow} AND {_FAILED}", order, 1, which)
        found.append(
            FailingFlow.model_construct(failed=row["n"], all=(yield from _count(of_flow, which)), last=last)
        )
    return found


def _in_progress(running: str, few: int) -> Transaction[list[RunInProgress]]:
    runs: list[RunInBrief] = yield from runs_in_brief(
        running, "flow_run.expected_start_time DESC, flow_run.id DESC", few
    )
    usual: dict[Any, timedelta | None] = {}
    for flow_id in {run.flow_id for run in runs}:
        rows = yield Statement(
            "SELECT avg(lately.total_run_time) AS seconds FROM (SELECT flow_run.total_run_time AS total_run_time "
            "FROM flow_run WHERE flow_run.flow_id = ? AND flow_run.state_type = 'COMPLETED' "
            "ORDER BY flow_run.expected_start_time DESC LIMIT ?) AS lately",
            (str(flow_id), _SOME_LATELY),
        )
        seconds = rows[0]["seconds"]
        usual[flow_id] = None if not seconds else timedelta(seconds=float(seconds))
    return [RunInProgress.model_construct(run=run, usual_run_time=usual[run.flow_id]) for run in runs]


def _count(where: str, parameters: Sequence[str] = ()) -> Transaction[int]:
    return (yield Statement(f"SELECT count(*) AS n FROM flow_run WHERE {where}", parameters))[0]["n"]
