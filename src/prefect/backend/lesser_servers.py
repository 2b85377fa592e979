"""Operations that a server of another make does not know, done by those that it does.

The API that we follow is that of the original. Some operations are our own: the queue for slots, finding runs by a part
of their id, what a flow run that runs again finds of its earlier attempts. Without them, runs get on with less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._dual.effects import Steps, sleep
from prefect._transport.proposals import proposal
from prefect.backend import lesser_claims, lesser_explanations
from prefect.schemas.flow_run_filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterName,
    FlowRunFilterParentTaskRunId,
    FlowRunSort,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.log_filters import LogFilter
from prefect.schemas.orchestration import OrchestrationResult, SetStateStatus
from prefect.schemas.states import StateCreate, StateType
from prefect.schemas.task_run_filters import (
    TaskRunFilter,
    TaskRunFilterId,
    TaskRunFilterName,
    TaskRunFilterState,
    TaskRunFilterStateType,
    TaskRunSort,
)
from prefect.schemas.task_runs import TaskRun, TaskRunCreate
from prefect.store import (
    background_tasks,
    concurrency_limits,
    concurrency_queue,
    earlier_runs,
    flow_run_claims,
    flow_run_retries,
    flow_runs,
    key_locks,
    logs,
    run_search,
    task_run_reading,
    task_run_states,
    task_runs,
)
from prefect.store.concurrency_queue import Outlook

Ask = Callable[..., Steps[Any]]

LOOK = 0.25
"""How often, in seconds, to ask for slots where there is no queue for them."""

_PAGE = 200


def _nothing(ask: Ask, *args: Any, **kwargs: Any) -> Steps[None]:
    """Nothing is needed: whoever asks next when a slot is free has it, and who runs a task keeps it."""
    yield from ()


def _look_again(ask: Ask, ticket: UUID) -> Steps[Outlook]:
    yield from sleep(LOOK)
    return Outlook(before=0, wait=0)


def _find_flow_runs(ask: Ask, text: str, limit: int = 10) -> Steps[list[FlowRun]]:
    wanted = FlowRunFilter(name=FlowRunFilterName(any_=[text]))
    if (identity := _as_id(text)) is not None:
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=[identity]))
    return (yield from ask(flow_runs.read_flow_runs, flow_runs=wanted, limit=limit))


def _find_task_runs(ask: Ask, text: str, limit: int = 10) -> Steps[list[TaskRun]]:
    wanted = TaskRunFilter(name=TaskRunFilterName(any_=[text]))
    if (identity := _as_id(text)) is not None:
        wanted = TaskRunFilter(id=TaskRunFilterId(any_=[identity]))
    return (yield from ask(task_run_reading.read_task_runs, task_runs=wanted, limit=limit))


def _latest_run_under(ask: Ask, task_run_id: UUID) -> Steps[FlowRun | None]:
    wanted = FlowRunFilter(parent_task_run_id=FlowRunFilterParentTaskRunId(any_=[task_run_id]))
    newest = FlowRunSort.EXPECTED_START_TIME_DESC
    found: list[FlowRun] = yield from ask(flow_runs.read_flow_runs, flow_runs=wanted, sort=newest, limit=1)
    return found[0] if found else None


def _standing_task_run(ask: Ask, flow_run_id: UUID, task_key: str, dynamic_key: str) -> Steps[TaskRun | None]:
    of_it = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id]))
    offset = 0
    while True:
        page: list[TaskRun] = yield from ask(
            task_run_reading.read_task_runs, flow_runs=of_it, limit=_PAGE, offset=offset
        )
        for each in page:
            if (each.task_key, each.dynamic_key) == (task_key, dynamic_key):
                return each
        if len(page) < _PAGE:
            return None
        offset += _PAGE


def _schedule_task_run(ask: Ask, task_run: TaskRun) -> Steps[TaskRun]:
    assert task_run.state is not None  # a run is created in a state
    kept = {name: getattr(task_run, name) for name in TaskRunCreate.model_fields if name != "state"}
    wanted = TaskRunCreate(**kept, state=proposal(task_run.state))
    return (yield from ask(task_runs.create_task_run, wanted))


def _due(ask: Ask, task_keys: Iterable[str]) -> Steps[list[TaskRun]]:
    """Return the runs of tasks that wait for a worker, as far as one page goes."""
    scheduled = TaskRunFilterStateType(any_=[StateType.SCHEDULED])
    found: list[TaskRun] = yield from ask(
        task_run_reading.read_task_runs,
        task_runs=TaskRunFilter(state=TaskRunFilterState(type=scheduled)),
        sort=TaskRunSort.NEXT_SCHEDULED_START_TIME_ASC,
        limit=_PAGE,
    )
    keys, moment = set(task_keys), now()
    return [
        each
        for each in found
        if each.task_key in keys
        and each.state is not None
        and each.state.state_details.deferred
        and (each.next_scheduled_start_time or moment) <= moment
    ]


def _count_due(ask: Ask, task_keys: list[str]) -> Steps[int]:
    return len((yield from _due(ask, task_keys)))


def _claim(ask: Ask, owner: str, task_keys: list[str], limit: int, seconds: float) -> Steps[list[TaskRun]]:
    """Claim by entering Pending: of two workers that propose it, the server lets one."""
    claimed: list[TaskRun] = []
    for run in (yield from _due(ask, task_keys))[:limit]:
        assert run.state is not None  # it is scheduled
        pending = StateCreate(type=StateType.PENDING, state_details=run.state.state_details)
        answer: OrchestrationResult = yield from ask(
            task_run_states.set_task_run_state, run.id, pending, force=False
        )
        if answer.status is SetStateStatus.ACCEPT and answer.state is not None:
            state = answer.state
            state.state_details = run.state.state_details
            entered = {
                "state": state,
                "state_id": state.id,
                "state_type": state.type,
                "state_name": state.name,
            }
            claimed.append(run.model_copy(update=entered))
    return claimed


def _ended_task_runs(ask: Ask, task_run_ids: Iterable[UUID]) -> Steps[list[UUID]]:
    wanted = list(task_run_ids)
    found: list[TaskRun] = yield from ask(
        task_run_reading.read_task_runs,
        task_runs=TaskRunFilter(id=TaskRunFilterId(any_=wanted)),
        limit=_PAGE,
    )
    going_on = {each.id for each in found if each.state is None or not each.state.is_final()}
    return [run_id for run_id in wanted if run_id not in going_on]


def _count_logs(ask: Ask, logs: LogFilter | None = None) -> Steps[int]:
    offset = 0
    while True:
        page: list[Any] = yield from ask(_read_logs, logs=logs, limit=_PAGE, offset=offset)
        if len(page) < _PAGE:
            return offset + len(page)
        offset += _PAGE


_read_logs = logs.read_logs

INSTEAD: dict[Any, Callable[..., Steps[Any]]] = {
    concurrency_queue.join_slot_queue: _nothing,
    concurrency_queue.leave_slot_queue: _nothing,
    concurrency_queue.read_slot_outlook: _look_again,
    run_search.find_flow_runs: _find_flow_runs,
    run_search.find_task_runs: _find_task_runs,
    earlier_runs.latest_run_under: _latest_run_under,
    earlier_runs.standing_task_run: _standing_task_run,
    background_tasks.schedule_task_run: _schedule_task_run,
    background_tasks.count_due_task_runs: _count_due,
    background_tasks.claim_task_runs: _claim,
    background_tasks.renew_claims: _nothing,
    background_tasks.end_claims: _nothing,
    background_tasks.read_ended_task_runs: _ended_task_runs,
    logs.count_logs: _count_logs,
    **lesser_claims.INSTEAD,
    **lesser_explanations.INSTEAD,
}
"""What is done in place of operations of our own, by operations that every server knows."""

LACKING: frozenset[Any] = frozenset(
    {
        concurrency_limits.read_concurrency_limit_holders,
        flow_run_claims.read_flow_run_claim,
        flow_run_retries.claim_retry,
        key_locks.read_key_lock,
        key_locks.release_key_lock,
        key_locks.take_key_lock,
    }
)
"""Operations of our own that nothing can be done in place of."""


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
