"""What a rule and a policy are.

A policy is an ordered table of rules. Which of them concern a transition depends on the two state types only, so it is
worked out once for each pair of types, when the pair first occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from prefect.orchestration.decisions import Decision, Instruction
from prefect.orchestration.facts import RunFacts
from prefect.orchestration.state_types import EVERY, FROM_ANYTHING, Types, TypesOrNone
from prefect.schemas.states import State, StateType

F_contra = TypeVar("F_contra", bound=RunFacts, contravariant=True)

Check = Callable[[State[Any] | None, State[Any], F_contra], State[Any] | Decision | None]
"""(current, proposed, facts) -> None to let it pass, the state amended, or a decision that ends the matter."""

After = Callable[[State[Any] | None, State[Any], F_contra], Instruction | None]
"""(current, written, facts) -> what else has to happen when a state is written."""


@dataclass(frozen=True)
class Rule(Generic[F_contra]):
    """One row of a policy.

    Attributes:
        name: What the rule is called in the documents.
        leaving: The initial types it concerns; None is a run without a state.
        entering: The proposed types it concerns.
        check: Its say before anything is written.
        after: What must happen when the proposal is accepted.
        after_replacement: What must happen when a rule had another state written in its place.
    """

    name: str
    leaving: TypesOrNone = FROM_ANYTHING
    entering: Types = EVERY
    check: Check[F_contra] | None = None
    after: After[F_contra] | None = None
    after_replacement: After[F_contra] | None = None


class Plan(NamedTuple):
    """The parts of a policy that concern one pair of types, in order."""

    checks: tuple[Check[Any], ...]
    afters: tuple[After[Any], ...]
    afters_of_replacement: tuple[After[Any], ...]


Pair = tuple[StateType | None, StateType]


@dataclass(frozen=True)
class Policy(Generic[F_contra]):
    """An ordered table of rules.

    Attributes:
        name: What the policy is called in the documents.
        rules: Its rules, in the order in which they are asked.
        with_each_state: Rules of the global policy, which come after its own.
        first: Rules that the documents do not know. They are asked before all others.
        plans: What was worked out so far for each pair of types.
    """

    name: str
    rules: tuple[Rule[F_contra], ...]
    with_each_state: tuple[Rule[F_contra], ...] = ()
    first: tuple[Rule[F_contra], ...] = ()
    plans: dict[Pair, Plan] = field(default_factory=dict[Pair, Plan], repr=False, compare=False)

    def plan_for(self, initial: StateType | None, proposed: StateType) -> Plan:
        """Return what concerns a run that would leave `initial` and enter `proposed`."""
        pair = (initial, proposed)
        plan = self.plans.get(pair)
        if plan is None:
            table = self.first + self.rules + self.with_each_state
            rules = [rule for rule in table if initial in rule.leaving and proposed in rule.entering]
            plan = self.plans[pair] = Plan(
                checks=tuple(rule.check for rule in rules if rule.check),
                afters=tuple(rule.after for rule in rules if rule.after),
                afters_of_replacement=tuple(
                    rule.after_replacement for rule in rules if rule.after_replacement
                ),
            )
        return plan
