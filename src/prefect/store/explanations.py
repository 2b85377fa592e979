"""Why flow runs wait, are late, are stuck, or ended badly: the facts are gathered here, `orchestration` judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect._clock import now
from prefect.orchestration.explaining import explain
from prefect.orchestration.explaining.situations import Situation
from prefect.schemas.explanations import Explanation
from prefect.schemas.flow_run_claims import FlowRunClaim
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.settings import get_current_settings
from prefect.store.due_runs import last_heartbeats
from prefect.store.explained_places import Places, places_of
from prefect.store.explained_waits import failed_tasks, last_error, wait_of_subflow, waits_in
from prefect.store.flow_runs import child_flow_runs, flow_run_not_found
from prefect.store.operations import operation
from prefect.store.run_records import flow_runs_of, runs_with_states
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import FLOW_RUN
from prefect.store.tables.claims import FLOW_RUN_CLAIM

_DEEPEST = 5
"""How far down subflow runs are followed."""

_FEW_CHILDREN = 5

FlowRunIds = Annotated[list[UUID], Field(max_length=200)]


@operation("GET", "/flow_runs/{id}/why", reads=True)
def explain_flow_run(id: UUID) -> Transaction[Explanation]:
    """Say why a flow run waits, is late, is stuck, or ended badly.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    found = yield from explain_flow_runs([id])
    if not found:
        raise flow_run_not_found(id)
    return found[0]


@operation("POST", "/flow_runs/why", reads=True)
def explain_flow_runs(flow_run_ids: FlowRunIds) -> Transaction[list[Explanation]]:
    """Say why flow runs, at most 200, are as they are, in the order of these ids; what is not there is left out."""
    if not flow_run_ids:
        return []
    moment = now()
    ids = [str(id) for id in flow_run_ids]
    rows = yield Statement(
        runs_with_states(FLOW_RUN, f"WHERE flow_run.id IN ({', '.join('?' * len(ids))})"), ids
    )
    by_id = {run.id: run for run in flow_runs_of(rows, moment)}
    runs = [by_id[id] for id in dict.fromkeys(flow_run_ids) if id in by_id]
    return (yield from _explanations(runs, moment, _DEEPEST))


def _explanations(runs: Sequence[FlowRun], moment: datetime, depth: int) -> Transaction[list[Explanation]]:
    to_start = [run for run in runs if run.state_type is StateType.SCHEDULED]
    places = yield from places_of(to_start, moment)
    claims = yield from _claims_of([run for run in runs if not _is_over(run)])
    found: list[Explanation] = []
    for run in runs:
        situation = _situation(run, moment, places, claims.get(str(run.id)))
        situation = yield from _looked_into(situation, depth)
        found.append(explain(situation))
    return found


def _situation(run: FlowRun, moment: datetime, places: Places, claim: FlowRunClaim | None) -> Situation:
    settings = get_current_settings()
    foreman = settings.server.services.foreman
    lately = foreman.work_queue_last_polled_timeout_seconds
    if run.work_queue_id is None:
        lately = foreman.deployment_last_polled_timeout_seconds
    queue_id = str(run.work_queue_id)
    beats = (settings.flows.heartbeat_frequency or 0) * foreman.inactivity_heartbeat_multiple
    return Situation(
        moment=moment,
        run=run,
        lately=timedelta(seconds=lately),
        silence=timedelta(seconds=beats or 90),
        claim=claim,
        deployment=places.deployments.get(str(run.deployment_id)),
        pool=places.pools.get(places.pool_of_queue.get(queue_id, "")),
        queue=places.queues.get(queue_id),
    )


def _looked_into(situation: Situation, depth: int) -> Transaction[Situation]:
    """Add what only a look into the run itself tells."""
    run = situation.run
    if run.state_type is StateType.RUNNING:
        waits = yield from waits_in(run, situation.moment)
        beats = yield from last_heartbeats(str(run.id))
        children = yield from _children(run, situation.moment, depth)
        return replace(
            situation,
            slot_waits=waits.slots,
            task_waits=waits.tasks,
            beat=beats[0] if beats else None,
            children=tuple(children),
        )
    if run.state_type is StateType.PENDING and run.parent_task_run_id is not None:
        return replace(situation, task_waits=(yield from wait_of_subflow(run)))
    if run.state_type in {StateType.FAILED, StateType.CRASHED}:
        failed, last = (yield from failed_tasks(run)), (yield from last_error(run))
        return replace(situation, failed=failed, last_words=last)
    return situation


def _children(run: FlowRun, moment: datetime, depth: int) -> Transaction[list[Explanation]]:
    """Return why those subflow runs are as they are that wait themselves."""
    if depth == 0:
        return []
    children = [child for child in (yield from child_flow_runs(run.id)) if not _is_over(child)]
    found = yield from _explanations(children[:_FEW_CHILDREN], moment, depth - 1)
    return [each for each in found if each.causes]


def _is_over(run: FlowRun) -> bool:
    return run.state is not None and run.state.is_final()


def _claims_of(runs: Sequence[FlowRun]) -> Transaction[dict[str, FlowRunClaim]]:
    ids = [str(run.id) for run in runs]
    rows = yield Statement(
        f"SELECT * FROM flow_run_claim WHERE flow_run_id IN ({', '.join('?' * len(ids))})", ids
    )
    return {row["flow_run_id"]: FlowRunClaim.model_validate(FLOW_RUN_CLAIM.decode(row)) for row in rows}
