from __future__ import annotations

from typing import Any

import pytest

from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import Abort, Accept, EmitStateEvent, Reject, Wait, written_state
from prefect.orchestration.facts import RunFacts
from prefect.orchestration.rule import Policy, Rule
from prefect.orchestration.state_types import PENDING, RUNNING, from_one_of, one_of
from prefect.schemas.states import State
from tests.unit.orchestration.building import NOW, state

FACTS = RunFacts(NOW)
EMIT = EmitStateEvent()


def rename(name: str) -> Any:
    """Return a check that adds to the name of the proposed state."""

    def check(_: Any, proposed: State[Any], _facts: RunFacts) -> State[Any]:
        return proposed.model_copy(update={"name": f"{proposed.name}{name}"})

    return check


def say(decision: Any) -> Any:
    """Return a check that always comes to this decision."""

    def check(_: Any, _proposed: State[Any], _facts: RunFacts) -> Any:
        return decision

    return check


def emit(_: Any, _written: State[Any], _facts: RunFacts) -> EmitStateEvent:
    """Ask for an event."""
    return EMIT


def test_without_rules_a_proposal_is_accepted() -> None:
    """What no rule concerns is written as proposed."""
    proposed = state("RUNNING")
    assert decide(Policy("none", ()), None, proposed, FACTS) == Accept(proposed)


def test_amendments_add_up_in_order() -> None:
    """Each rule sees the proposal as the rules before it left it, and the given state stays as it was."""
    proposed = state("RUNNING")
    policy = Policy("amending", (Rule("a", check=rename("-a")), Rule("b", check=rename("-b"))))
    decision = decide(policy, None, proposed, FACTS)
    assert isinstance(decision, Accept)
    assert decision.state.name == "Running-a-b"
    assert proposed.name == "Running"


@pytest.mark.parametrize("decision", [Abort("no"), Wait(3, "later"), Reject(None, "as it was")])
def test_the_first_decision_ends_the_matter(decision: Any) -> None:
    """Rules after one that decides are not asked, and nothing follows when nothing is written."""
    rules = (Rule("first", check=say(decision)), Rule("second", check=say(Abort("second"))))
    emitting = Rule[RunFacts]("emit", after=emit, after_replacement=emit)
    assert decide(Policy("deciding", (*rules, emitting)), None, state("RUNNING"), FACTS) == decision


def test_instructions_follow_an_accepted_state() -> None:
    """An accepted proposal comes with what the rules ask for."""
    policy = Policy[RunFacts]("emitting", (Rule("emit", after=emit), Rule("silent", after=say(None))))
    proposed = state("RUNNING")
    assert decide(policy, None, proposed, FACTS) == Accept(proposed, (EMIT,))


def test_replacement_gets_only_what_follows_every_write() -> None:
    """With another state written, rules about the proposed one ask for nothing; those about every write do."""
    replacement = state("PENDING")
    policy = Policy[RunFacts](
        "replacing",
        (
            Rule("about the proposal", after=emit),
            Rule("replace", check=say(Reject(replacement, "instead"))),
            Rule("about every write", after=emit, after_replacement=emit),
        ),
    )
    assert decide(policy, None, state("RUNNING"), FACTS) == Reject(replacement, "instead", (EMIT,))


def test_rule_is_asked_only_for_its_types() -> None:
    """A rule about runs that leave PENDING for RUNNING has no say elsewhere."""
    rule = Rule[RunFacts](
        "narrow", leaving=from_one_of(PENDING), entering=one_of(RUNNING), check=say(Abort("narrow"))
    )
    policy = Policy("narrow", (rule,))
    assert isinstance(decide(policy, state("PENDING"), state("RUNNING"), FACTS), Abort)
    for current, proposed in [(None, "RUNNING"), (state("PENDING"), "FAILED"), (state("RUNNING"), "RUNNING")]:
        assert isinstance(decide(policy, current, state(proposed), FACTS), Accept)


def test_written_state_of_each_decision() -> None:
    """Only an accepted proposal and a replacement are written."""
    running = state("RUNNING")
    assert written_state(Accept(running)) is running
    assert written_state(Reject(running, "instead")) is running
    for decision in (Reject(None, "no"), Wait(1, "later"), Abort("no")):
        assert written_state(decision) is None
