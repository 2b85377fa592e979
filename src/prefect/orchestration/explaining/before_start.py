"""Why a flow run has not begun: nobody looks for it, nobody may start it, or there is no room for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from prefect.orchestration.explaining.phrases import FEW, clock, full, named, thing_of, waits_for_upstream
from prefect.orchestration.explaining.situations import DeploymentFacts, Situation
from prefect.orchestration.explaining.work_pools import causes_of_pool
from prefect.schemas.explanations import Cause
from prefect.schemas.states import StateType

_SOON = timedelta(seconds=1)
_LATER = {
    "AwaitingRetry": ("awaiting-retry", "It failed and will be tried again"),
    "AwaitingInfrastructureRetry": (
        "awaiting-infrastructure-retry",
        "Its infrastructure failed and it will be executed again",
    ),
    "AwaitingConcurrencySlot": ("awaiting-slot", "It found no free slot and will ask again"),
    "Resuming": ("resuming", "It was resumed and will go on"),
}


def causes_of_waiting(situation: Situation) -> Iterator[Cause]:
    """Yield why a run that is scheduled or pending has not begun."""
    if situation.run.state_type is StateType.PENDING:
        yield from _pending(situation)
        return
    found = [*_deployment_gone(situation), *causes_of_pool(situation), *_deployment(situation)]
    asks_again = situation.run.state_name == "AwaitingConcurrencySlot"
    yield from () if asks_again else _later(situation)
    yield from found
    yield from _later(situation) if asks_again else ()
    if not found and _is_due(situation):
        yield from _nobody_takes_it(situation)
    yield from _paused_deployment(situation.deployment)


def _is_due(situation: Situation) -> bool:
    due = situation.run.next_scheduled_start_time
    return due is None or due <= situation.moment + _SOON


def _later(situation: Situation) -> Iterator[Cause]:
    due = situation.run.next_scheduled_start_time
    if due is None or _is_due(situation):
        return
    name = situation.run.state_name or ""
    code, words = _LATER.get(name, ("scheduled-for-later", "It is scheduled"))
    yield Cause(
        code=code,
        message=f"{words}{' for ' if code == 'scheduled-for-later' else ' at '}{clock(due)}.",
        advice="Wait, or start a run now: `prefect deployment run`."
        if code == "scheduled-for-later"
        else "Wait until then.",
        since=situation.run.state.timestamp if situation.run.state else None,
    )


def _deployment_gone(situation: Situation) -> Iterator[Cause]:
    run = situation.run
    if run.deployment_id is not None and situation.deployment is None:
        yield Cause(
            code="deployment-deleted",
            message=f"Its deployment {run.deployment_id} was deleted; nobody looks for its runs any more.",
            advice="Deploy the flow again and start a new run; delete this one.",
        )
    elif run.deployment_id is None and run.work_pool_id is None and _is_due(situation):
        yield Cause(
            code="no-deployment",
            message="It belongs to no deployment, so no runner or worker looks for it: only the process that "
            "created it can start it.",
            advice=f"If that process has ended: `prefect flow-run execute {run.id}`.",
            since=run.state.timestamp if run.state else None,
        )


# --- Deployments ------------------------------------------------------------------------------------------------------


def _deployment(situation: Situation) -> Iterator[Cause]:
    deployment = situation.deployment
    if deployment is None:
        return
    yield from full(
        deployment.limit, "deployment-limit", f"deployment {deployment.name!r}", thing_of(deployment)
    )
    if situation.pool is None and not situation.is_recent(deployment.last_polled):
        since = deployment.last_polled
        yield Cause(
            code="no-runner",
            message=f"No process serves deployment {deployment.name!r}"
            + (f": the last one looked for runs at {clock(since)}." if since else ", and none ever did."),
            advice="Start the script that calls `serve`, or `prefect flow serve`; or deploy it to a work pool.",
            since=since,
            related=[thing_of(deployment)],
        )


def _paused_deployment(deployment: DeploymentFacts | None) -> Iterator[Cause]:
    if deployment is not None and deployment.is_paused:
        yield Cause(
            code="deployment-paused",
            message=f"Deployment {deployment.name!r} is paused: its schedules make no new runs. "
            "Runs that there are already are started all the same.",
            advice=f"`prefect deployment resume {deployment.name}`",
            related=[thing_of(deployment)],
        )


def _nobody_takes_it(situation: Situation) -> Iterator[Cause]:
    """Somebody looks for such runs and nothing stands against this one: it is a matter of time, or of his own limit."""
    pool, deployment = situation.pool, situation.deployment
    busy = pool.in_progress if pool else deployment.in_progress if deployment else ()
    due = situation.run.next_scheduled_start_time
    overdue = situation.moment - due if due else timedelta(0)
    names = [worker.name for worker in pool.workers if worker.is_online] if pool else []
    who = f"Worker {', '.join(map(repr, names[:FEW]))}" if names else "The process that serves its deployment"
    if busy and overdue > timedelta(seconds=5):
        executed = [holder.run for holder in busy if holder.run is not None]
        yield Cause(
            code="worker-at-limit",
            message=f"{who} looks for runs and does not take this one: it executes {len(busy)} already, "
            f"{named(busy)}, and is probably at its own limit.",
            advice="Wait until one of them ends, raise `--limit`, or start another worker."
            if pool
            else "Wait until one of them ends, or raise the limit with which it is served.",
            since=due,
            related=executed,
        )
    else:
        yield Cause(
            code="about-to-start",
            message=f"{who} looks for runs; it has not taken this one yet.",
            advice="Wait a few seconds. If it stays so, look into the log of that process.",
            since=due,
        )


# --- Pending ----------------------------------------------------------------------------------------------------------


def _pending(situation: Situation) -> Iterator[Cause]:
    since = situation.run.state.timestamp if situation.run.state else None
    for wait in situation.task_waits:
        yield waits_for_upstream(wait, "It")
    if situation.task_waits:
        return
    claim = situation.claim
    if claim is not None and claim.expires_at is not None:
        lapsed = claim.expires_at <= situation.moment
        yield Cause(
            code="claim-lapsed" if lapsed else "claimed",
            message=f"{claim.owner} has claimed it and has not begun it; "
            + (
                f"it was not heard of, and its claim is over since {clock(claim.expires_at)}."
                if lapsed
                else f"its claim lapses at {clock(claim.expires_at)} unless it is heard of."
            ),
            advice="Wait: the run is given to another then."
            if lapsed
            else "Wait: its process is being started. If it stays so, look into the log of that process.",
            since=claim.claimed_at or since,
        )
        return
    yield Cause(
        code="pending",
        message="Somebody has taken it and has not begun it: its infrastructure is being started, or was lost."
        if situation.run.deployment_id
        else "The process that created it has not begun it yet.",
        advice="If nothing happens, look into the log of the worker, or of the process; "
        f"`prefect flow-run cancel {situation.run.id}` gives it up.",
        since=since,
    )
