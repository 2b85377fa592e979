"""New flow runs: as a server is asked for them, and as the engine of this process makes them."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectNotFound, ReferenceNotFound
from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import Accept
from prefect.orchestration.facts import FlowRunFacts
from prefect.orchestration.policies import MINIMAL_FLOW_POLICY
from prefect.schemas.flow_runs import FlowRun, FlowRunCreate
from prefect.schemas.states import State, StateCreate, StateType
from prefect.store.columns import json_value
from prefect.store.flow_run_writing import enter_first_state
from prefect.store.flow_runs import find_flow_run
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction


@operation("POST", "/flow_runs/", status=201, dated=lambda run: run.created)
def create_flow_run(flow_run: FlowRunCreate) -> Transaction[FlowRun]:
    """Store a new flow run, in the state that is given or else in Pending.

    One that the flow has with the same idempotency key is returned as it is.

    Raises:
        ReferenceNotFound: There is no such flow, or no such task run to stand for it.
        ObjectNotFound: There is no such work pool.
    """
    key = flow_run.idempotency_key
    earlier = (yield from find_by_idempotency_key(flow_run.flow_id, key)) if key is not None else None
    if earlier is not None:
        return earlier
    labels = yield from _labels_of_flow(flow_run.flow_id)
    yield from _check_parent(flow_run.parent_task_run_id)
    given = dict(flow_run)
    state, pool, queue = given.pop("state"), given.pop("work_pool_name"), given.pop("work_queue_name")
    moment = now()
    run = FlowRun.model_construct(
        None,
        **given
        | (yield from _work_queue(pool, queue))
        | {
            "id": uuid7(),
            "created": moment,
            "updated": moment,
            "labels": {**labels, "prefect.flow.id": str(flow_run.flow_id), **(flow_run.labels or {})},
            "job_variables": flow_run.job_variables or {},
        },
    )
    return (yield from add_flow_run(run, state_created(state or StateCreate(type=StateType.PENDING))))


def add_flow_run(run: FlowRun, state: State[Any], *, told: bool = True) -> Transaction[FlowRun]:
    """Store a new flow run in its first state, whatever state that is, and return it.

    Args:
        run: The flow run.
        state: Its first state.
        told: Store the event of the state too. Who does not leaves that to `tell_untold_states`.
    """
    facts = FlowRunFacts.of(run, state.timestamp)
    decision = decide(MINIMAL_FLOW_POLICY, None, state, facts)
    assert isinstance(decision, Accept)  # nothing is refused to a run without a state
    return (yield from enter_first_state(run, decision.state, decision.instructions, told=told))


def state_created(state: StateCreate) -> State[Any]:
    """Return the state that somebody asks for, as of now."""
    details, due = state.state_details, state.state_details.scheduled_time
    if due is not None and due.tzinfo is not UTC:
        details = details.model_copy(update={"scheduled_time": due.astimezone(UTC)})
    return State(
        type=state.type,
        name=state.name,
        message=state.message,
        data=state.data,
        state_details=details,
        timestamp=now(),
    )


def find_by_idempotency_key(flow_id: UUID, key: str) -> Transaction[FlowRun | None]:
    """Return the run of a flow that was created with an idempotency key, or None."""
    rows = yield Statement(
        "SELECT id FROM flow_run WHERE flow_id = ? AND idempotency_key = ? ORDER BY id LIMIT 1",
        (str(flow_id), key),
    )
    return (yield from find_flow_run(UUID(rows[0]["id"]))) if rows else None


def _labels_of_flow(flow_id: UUID) -> Transaction[dict[str, Any]]:
    rows = yield Statement("SELECT labels FROM flow WHERE id = ?", (str(flow_id),))
    if not rows:
        raise ReferenceNotFound(f"There is no flow {flow_id} that could run. Register it first.")
    return json_value(rows[0]["labels"] or "{}")


def _check_parent(task_run_id: UUID | None) -> Transaction[None]:
    if task_run_id is None:
        return
    if not (yield Statement("SELECT 1 FROM task_run WHERE id = ?", (str(task_run_id),))):
        raise ReferenceNotFound(f"There is no task run {task_run_id} that could stand for the flow run.")


def _work_queue(pool: str | None, queue: str | None) -> Transaction[dict[str, Any]]:
    """Return what a run tells of the work queue where it is put: the default one of a pool, if none is named."""
    if pool is None:
        return {"work_queue_name": queue}
    chosen = "work_queue.name = ?" if queue is not None else "work_queue.id = work_pool.default_queue_id"
    rows = yield Statement(
        "SELECT work_pool.id AS pool_id, work_queue.id AS queue_id, work_queue.name AS queue FROM work_pool "
        f"LEFT JOIN work_queue ON work_queue.work_pool_id = work_pool.id AND {chosen} WHERE work_pool.name = ?",
        (pool,) if queue is None else (queue, pool),
    )
    if not rows:
        raise ObjectNotFound(
            KeyError(pool),
            f"There is no work pool {pool!r}. `prefect work-pool ls` lists those that there are.",
        )
    if rows[0]["queue_id"] is None:
        raise ObjectNotFound(KeyError(queue), f"Work pool {pool!r} has no work queue {queue!r}.")
    return {
        "work_pool_id": UUID(rows[0]["pool_id"]),
        "work_pool_name": pool,
        "work_queue_id": UUID(rows[0]["queue_id"]),
        "work_queue_name": rows[0]["queue"],
    }
