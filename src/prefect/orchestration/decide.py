"""The one question of this room: may this run go from this state to that one?"""

from __future__ import annotations

from typing import Any, TypeVar

from prefect.orchestration.decisions import Abort, Accept, Decision, Instruction, Reject, Wait
from prefect.orchestration.facts import RunFacts
from prefect.orchestration.rule import After, Policy
from prefect.schemas.states import State

F = TypeVar("F", bound=RunFacts)


def decide(policy: Policy[F], current: State[Any] | None, proposed: State[Any], facts: F) -> Decision:
    """Return what becomes of a proposed state.

    The rules of the policy that concern the two types are asked in order. The first that decides ends the matter; one
    that amends the proposal hands the amended state to the next. Neither state is changed.

    Args:
        policy: The table to go by; see `policy_for_flow_run` and `policy_for_task_run`.
        current: The state the run is in, None for a new run.
        proposed: The state it would enter.
        facts: What else the rules need to know.

    Example:
        >>> running, pending = State(type=StateType.RUNNING), State(type=StateType.PENDING)
        >>> decide(CORE_FLOW_POLICY, running, pending, FlowRunFacts(now=datetime(2026, 1, 1, tzinfo=UTC)))
        Abort(reason='The run is Running; it cannot become pending.')
    """
    plan = policy.plan_for(None if current is None else current.type, proposed.type)
    state = proposed
    for check in plan.checks:
        outcome = check(current, state, facts)
        if outcome is None:
            continue
        if isinstance(outcome, Accept | Reject | Wait | Abort):
            return _concluded(outcome, plan.afters_of_replacement, current, facts)
        state = outcome
    afters = plan.afters
    return Accept(state, _instructions(afters, current, state, facts)) if afters else Accept(state)


def _concluded(
    decision: Decision, afters: tuple[After[F], ...], current: State[Any] | None, facts: F
) -> Decision:
    """Add what follows from writing a replacement, if the decision has one written."""
    if not isinstance(decision, Reject) or decision.state is None:
        return decision
    instructions = decision.instructions + _instructions(afters, current, decision.state, facts)
    return Reject(decision.state, decision.reason, instructions)


def _instructions(
    afters: tuple[After[F], ...], current: State[Any] | None, written: State[Any], facts: F
) -> tuple[Instruction, ...]:
    found = [instruction for after in afters if (instruction := after(current, written, facts)) is not None]
    return tuple(found)
