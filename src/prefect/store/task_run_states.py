"""Orchestration of task runs by a server: facts, decision, instructions and the new state in one transaction."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ConcurrencyRequestRefused, ConcurrencySlotsTaken, ObjectNotFound
from prefect.orchestration.advance import advance_task_run, details_of_task_run_state
from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import (
    Abort,
    Decision,
    EnqueueTask,
    Instruction,
    ReleaseTagSlots,
    StoreCachedResult,
    TakeTagSlots,
    Wait,
)
from prefect.orchestration.facts import Slots, TaskRunFacts
from prefect.orchestration.policies import policy_for_task_run
from prefect.orchestration.rule import Policy
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder
from prefect.schemas.orchestration import OrchestrationResult
from prefect.schemas.states import State, StateCreate, details_with
from prefect.schemas.task_runs import TaskRun
from prefect.settings import get_current_settings
from prefect.store.columns import timestamp_text
from prefect.store.concurrency_slots import Lease, take_slots
from prefect.store.flow_run_creation import state_created
from prefect.store.flow_run_states import answer_of, when_entered
from prefect.store.isolation import guarded_by_rows
from prefect.store.operations import operation
from prefect.store.run_records import states_of
from prefect.store.statements import Statement, Transaction
from prefect.store.states import insert_state
from prefect.store.tables import TASK_RUN, TASK_RUN_STATE
from prefect.store.tables.background import BACKGROUND_TASK_RUN
from prefect.store.tables.runs import TASK_RUN_CACHE
from prefect.store.tag_limits import PREFIX, decrement_concurrency_limits_v1
from prefect.store.task_run_reading import find_task_run, task_run_not_found


@operation("POST", "/task_runs/{id}/set_state", status=201, dated=when_entered)
@guarded_by_rows
def set_task_run_state(id: UUID, state: StateCreate, force: bool = False) -> Transaction[OrchestrationResult]:
    """Propose a state for a task run, and return what was decided.

    Args:
        id: The task run.
        state: The state that it would enter.
        force: Pass over the rules that would refuse it.

    Raises:
        ObjectNotFound: There is no such task run, or its flow run is gone.
    """
    run = yield from find_task_run(id)
    if run is None:
        raise task_run_not_found(id)
    proposed = state_created(state)
    policy = policy_for_task_run(force=force, deferred=bool(proposed.state_details.deferred))
    facts = yield from _facts(run, proposed)
    decision = yield from _decide(policy, run, proposed, facts)
    if isinstance(decision, (Wait, Abort)) or decision.state is None:
        return answer_of(decision, run.state)
    entered = yield from enter_state(run, decision.state, decision.instructions)
    return answer_of(decision, entered.state)


def enter_first_state(
    run: TaskRun, state: State[Any], instructions: Iterable[Instruction] = ()
) -> Transaction[TaskRun]:
    """Store a new task run in its first state, and return it."""
    if details := details_of_task_run_state(run, state):
        state = details_with(state, details)
    entered = run.model_copy(update={**advance_task_run(run, None, state, instructions), "state": state})
    yield Statement(TASK_RUN.insert, TASK_RUN.encode(vars(entered)))
    yield insert_state(TASK_RUN_STATE, run.id, state)
    yield from _perform(entered, state, instructions)
    return entered


def enter_state(
    run: TaskRun, state: State[Any], instructions: Iterable[Instruction] = ()
) -> Transaction[TaskRun]:
    """Write the next state of a task run, and return the run as it is then."""
    if details := details_of_task_run_state(run, state):
        state = details_with(state, details)
    advanced = advance_task_run(run, run.state, state, instructions)
    changes = {name: value for name, value in advanced.items() if name in TASK_RUN.columns}
    changes["updated"] = state.timestamp
    yield insert_state(TASK_RUN_STATE, run.id, state)
    yield Statement(TASK_RUN.update(changes), [*TASK_RUN.encode(changes, tuple(changes)), str(run.id)])
    entered = run.model_copy(update={**changes, "state": state})
    yield from _perform(entered, state, instructions)
    return entered


def _facts(run: TaskRun, proposed: State[Any]) -> Transaction[TaskRunFacts]:
    settings = get_current_settings().server.tasks
    facts = TaskRunFacts.of(
        run,
        proposed.timestamp,
        jitter=random.random(),
        cached_state=(yield from _cached_state(proposed.state_details.cache_key)),
        max_cache_key_length=settings.max_cache_key_length,
        tag_limits=(yield from _tag_limits(run.tags)),
        tag_slot_wait_seconds=settings.tag_concurrency_slot_wait_seconds,
    )
    if run.flow_run_id is None:
        return facts
    rows = yield Statement(
        "SELECT flow_run.run_count, state.* FROM flow_run LEFT JOIN flow_run_state AS state "
        "ON state.flow_run_id = flow_run.id AND state.id = flow_run.state_id WHERE flow_run.id = ?",
        (str(run.flow_run_id),),
    )
    if not rows:
        raise ObjectNotFound(
            KeyError(run.flow_run_id), f"The flow run {run.flow_run_id} of task run {run.id} is gone."
        )
    state = states_of(rows)[0] if rows[0]["id"] is not None else None
    return replace(
        facts,
        flow_run_count=rows[0]["run_count"] or 0,
        flow_state_type=None if state is None else state.type,
        flow_state_details=None if state is None else state.state_details,
    )


def _tag_limits(tags: list[str]) -> Transaction[dict[str, int] | None]:
    """Return the concurrency limits of those tags that have one, if any has."""
    if not tags:
        return None
    names = [PREFIX + tag for tag in dict.fromkeys(tags)]
    rows = yield Statement(
        f"SELECT name, slot_limit FROM concurrency_limit WHERE name IN ({', '.join('?' * len(names))}) "
        "AND active = 1 ORDER BY name",
        names,
    )
    return {row["name"].removeprefix(PREFIX): row["slot_limit"] for row in rows} or None


def _cached_state(cache_key: str | None) -> Transaction[State[Any] | None]:
    """Return the state that was kept last for a cache key."""
    if cache_key is None:
        return None
    rows = yield Statement(
        "SELECT state.* FROM task_run_cache AS kept JOIN task_run_state AS state "
        "ON state.task_run_id = kept.task_run_id AND state.id = kept.state_id "
        "WHERE kept.cache_key = ? AND (kept.expires IS NULL OR kept.expires > ?) "
        "ORDER BY kept.created DESC, kept.state_id DESC LIMIT 1",
        (cache_key, timestamp_text(now())),
    )
    return states_of(rows)[0] if rows else None


def _decide(
    policy: Policy[TaskRunFacts], run: TaskRun, proposed: State[Any], facts: TaskRunFacts
) -> Transaction[Decision]:
    """Return a decision for which the slots that it needs were taken."""
    decision = decide(policy, run.state, proposed, facts)
    for instruction in getattr(decision, "instructions", ()):
        if isinstance(instruction, TakeTagSlots):
            slots = yield from _take_tag_slots(run.id, instruction.tags)
            return decide(policy, run.state, proposed, replace(facts, tag_slots=slots))
    return decision


def _take_tag_slots(task_run_id: UUID, tags: Iterable[str]) -> Transaction[Slots]:
    """Take a slot of each of these tags for a task run, or none; those that it holds are passed over."""
    rows = yield Statement(
        "SELECT concurrency_limit.name AS name FROM concurrency_lease "
        "JOIN concurrency_slot ON lease_id = concurrency_lease.id "
        "JOIN concurrency_limit ON concurrency_limit.id = limit_id "
        "WHERE holder_type = 'task_run' AND holder_id = ?",
        (str(task_run_id),),
    )
    held = {row["name"] for row in rows}
    names = [PREFIX + tag for tag in tags if PREFIX + tag not in held]
    if names:
        lease = Lease(uuid7(), None, ConcurrencyLeaseHolder(type="task_run", id=task_run_id))
        try:
            yield from take_slots(names, 1, "concurrency", lease=lease)
        except (ConcurrencySlotsTaken, ConcurrencyRequestRefused):
            return "full"
    return "taken"


def _perform(run: TaskRun, state: State[Any], instructions: Iterable[Instruction]) -> Transaction[None]:
    """Do what the decision asks for; slots were taken before it was made, and changes of the run are made."""
    for instruction in instructions:
        match instruction:
            case ReleaseTagSlots(tags):
                yield from decrement_concurrency_limits_v1(list(tags), run.id)
            case StoreCachedResult(cache_key, expiration):
                values = {
                    "id": uuid7(),
                    "created": state.timestamp,
                    "cache_key": cache_key,
                    "expires": expiration,
                    "task_run_id": run.id,
                    "state_id": state.id,
                }
                yield Statement(TASK_RUN_CACHE.insert, TASK_RUN_CACHE.encode(values))
            case EnqueueTask():
                yield from _enqueue(run, state)
            case _:
                pass


def _enqueue(run: TaskRun, state: State[Any]) -> Transaction[None]:
    """Let a background task run wait for a task worker, from its scheduled time on."""
    details = state.state_details
    values = {
        "task_run_id": run.id,
        "task_key": run.task_key,
        "parameters_id": details.task_parameters_id,
        "scheduled_time": details.scheduled_time or state.timestamp,
        "claims": 0,
    }
    insert = BACKGROUND_TASK_RUN.insert.removesuffix("DO NOTHING")
    yield Statement(
        f"{insert} (task_run_id) DO UPDATE SET scheduled_time = excluded.scheduled_time, owner = NULL, "
        "expires = NULL",
        BACKGROUND_TASK_RUN.encode(values),
    )
