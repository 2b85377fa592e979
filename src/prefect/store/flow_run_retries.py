"""Going on with a flow run that ended or died: claimed by one process, in one transaction, or given to workers.

A run whose process is gone is recorded as crashed first, with what it had begun. Then it waits to run again, owned by
the process that asked, or for whoever claims runs of its deployment. Results that are to be made anew are named by
where they are stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._processes import ProcessIdentity
from prefect.exceptions import FlowRunInProgress, ObjectNotFound, RequestRefused
from prefect.schemas.flow_run_claims import FlowRunClaim
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import SetStateStatus
from prefect.schemas.states import State, StateType
from prefect.store.claim_rows import NOBODY, find_claim
from prefect.store.columns import json_text, json_value
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import child_flow_runs, read_flow_run
from prefect.store.lost_runs import WITHOUT_A_WORD, end_what_it_began
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction


@operation("POST", "/flow_runs/{flow_run_id}/retry")
def claim_retry(
    flow_run_id: UUID,
    process: tuple[str, int, str | None] | None = None,
    from_task: str | None = None,
    force: bool = False,
) -> Transaction[FlowRun]:
    """Let a flow run wait to run again, in the process that asks or in that of who looks for runs, and return it.

    Args:
        flow_run_id: The flow run.
        process: The identity of the process that will run it, see `prefect._processes`; None: whoever claims runs of
            its deployment.
        from_task: A task, a task run or its id: it and what depends on it run again although they completed.
        force: Go on even if it cannot be told that the process of an unfinished run is gone.

    Raises:
        ObjectNotFound: There is no such flow run, or no such task in it.
        FlowRunInProgress: The run has not ended, and its process may be alive.
        RequestRefused: Nobody looks for the run, since it has no deployment.
    """
    run = yield from read_flow_run(flow_run_id)
    if process is None and run.deployment_id is None:
        raise RequestRefused(
            f"Flow run {run.name!r} has no deployment, so no worker would run it. Retry it here: "
            f"prefect flow-run retry {run.id}"
        )
    if run.state is not None and not run.state.is_final():
        _check_gone(run, (yield from find_claim(run.id)), force=force)
    yield from _bury(run)
    refreshed = (yield from _depending_on(flow_run_id, from_task)) if from_task else []
    context = {**run.context, "process": list(process) if process else None, "refreshed": refreshed}
    yield Statement("UPDATE flow_run SET context = ? WHERE id = ?", (json_text(context), str(flow_run_id)))
    waiting: State[Any] = State(type=StateType.SCHEDULED, name="AwaitingRetry", message="Retried by hand.")
    answer = yield from propose_flow_run_state(flow_run_id, waiting, force=True)
    assert answer.status == SetStateStatus.ACCEPT  # nothing refuses by force
    return (yield from read_flow_run(flow_run_id))


def _check_gone(run: FlowRun, claim: FlowRunClaim | None, *, force: bool) -> None:
    if force:
        return
    known = run.context.get("process")
    process = ProcessIdentity(*known) if known else None
    name = run.state.name if run.state else None
    if claim is not None:
        if claim.expires_at is None or claim.expires_at < now() or (process and process.is_gone()):
            return
        raise FlowRunInProgress(
            f"Flow run {run.name!r} is {name}: {claim.owner} executes it. Wait for its end, or cancel it first: "
            f"prefect flow-run cancel {run.id}"
        )
    if process is None:
        raise FlowRunInProgress(
            f"Flow run {run.name!r} is {name}, and it is not known which process runs it. "
            "If you know that it is dead, retry it with --force."
        )
    if not process.is_gone():
        raise FlowRunInProgress(
            f"Flow run {run.name!r} is {name}: process {process.pid} of {process.machine.split()[0]} runs it. "
            "Wait for its end or stop that process; if it is a machine that is gone, retry with --force."
        )


def _bury(run: FlowRun) -> Transaction[None]:
    """Record as crashed what a process that is gone left unfinished, and see to it that it can write nothing more."""
    yield Statement(
        f"UPDATE flow_run_claim SET {NOBODY}, fence = fence + 1, returns = 0 WHERE flow_run_id = ?",
        (str(run.id),),
    )
    crashed: State[Any] = State(type=StateType.CRASHED, message=WITHOUT_A_WORD)
    yield from end_what_it_began(run.id, crashed, WITHOUT_A_WORD)
    if run.state is not None and not run.state.is_final():
        yield from propose_flow_run_state(run.id, crashed, force=True)


def _depending_on(flow_run_id: UUID, from_task: str) -> Transaction[list[str]]:
    """Return where the results of a task and of all that depends on it are stored, and the subflow runs among them."""
    rows = yield Statement(
        "SELECT run.id, run.name, run.task_key, run.task_inputs, state.data FROM task_run AS run "
        "LEFT JOIN task_run_state AS state ON state.task_run_id = run.id AND state.id = run.state_id "
        "WHERE run.flow_run_id = ? ORDER BY run.expected_start_time, run.id",
        (str(flow_run_id),),
    )
    runs = [dict(row) for row in rows]
    reached = {run["id"] for run in runs if _is_meant(run, from_task)}
    if not reached:
        names = sorted({run["task_key"].rpartition("-")[0] for run in runs})
        raise ObjectNotFound(
            KeyError(from_task),
            f"No run of a task {from_task!r} belongs to flow run {flow_run_id}; it ran {', '.join(names) or 'none'}.",
        )
    before = {run["id"]: set(_upstream(run["task_inputs"])) for run in runs}
    while more := {run for run, upstream in before.items() if run not in reached and upstream & reached}:
        reached |= more
    stored = [run["data"] for run in runs if run["id"] in reached and run["data"]]
    places = [place for data in stored if (place := _storage_key(data))]
    for child in (yield from child_flow_runs(flow_run_id)):
        if str(child.parent_task_run_id) in reached:
            places += yield from _all_of(child.id)
    return places


def _is_meant(run: dict[str, Any], text: str) -> bool:
    names = (run["name"], run["name"].rpartition("-")[0], run["task_key"].rpartition("-")[0])
    return text in names or run["id"].startswith(text.lower())


def _upstream(task_inputs: str | None) -> Iterable[str]:
    inputs: dict[str, list[dict[str, Any]]] = json_value(task_inputs) if task_inputs else {}
    return (str(one["id"]) for several in inputs.values() for one in several if "id" in one)


def _storage_key(data: str) -> str | None:
    value = json_value(data)
    return value.get("storage_key") if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - JSON


def _all_of(flow_run_id: UUID) -> Transaction[list[str]]:
    """Return where all results of a subflow run and of what it called are stored, and its id."""
    rows = yield Statement(
        "SELECT state.data FROM task_run AS run JOIN task_run_state AS state "
        "ON state.task_run_id = run.id AND state.id = run.state_id WHERE run.flow_run_id = ?",
        (str(flow_run_id),),
    )
    places = [
        str(flow_run_id),
        *(place for row in rows if row["data"] and (place := _storage_key(row["data"]))),
    ]
    for child in (yield from child_flow_runs(flow_run_id)):
        places += yield from _all_of(child.id)
    return places
