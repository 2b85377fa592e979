from __future__ import annotations

from typing import Any

import pytest

from prefect.orchestration.policies import (
    BACKGROUND_TASK_POLICY,
    CLIENT_TASK_POLICY,
    CORE_FLOW_POLICY,
    CORE_TASK_POLICY,
    GLOBAL_FLOW_POLICY,
    GLOBAL_TASK_POLICY,
    MARK_LATE_POLICY,
    MINIMAL_FLOW_POLICY,
    MINIMAL_TASK_POLICY,
    policy_for_flow_run,
    policy_for_task_run,
)
from prefect.orchestration.rule import Rule
from prefect.schemas.states import StateType
from tests.unit.orchestration.building import REFERENCE

POLICIES = {
    policy.name: policy
    for policy in (
        CORE_FLOW_POLICY,
        CORE_TASK_POLICY,
        CLIENT_TASK_POLICY,
        BACKGROUND_TASK_POLICY,
        MINIMAL_FLOW_POLICY,
        MARK_LATE_POLICY,
        MINIMAL_TASK_POLICY,
    )
}
GLOBAL_POLICIES = {"GlobalFlowPolicy": GLOBAL_FLOW_POLICY, "GlobalTaskPolicy": GLOBAL_TASK_POLICY}
EVERY = frozenset(StateType)


def types(described: Any) -> frozenset[StateType]:
    """Return the set of types that the reference describes."""
    if described == "ALL":
        return EVERY
    if isinstance(described, dict):
        return EVERY - {StateType(name) for name in described["all_except"]}
    return frozenset(StateType(name) for name in described)


def test_every_policy_is_a_table() -> None:
    """The nine policies of the API are here, and no other."""
    assert set(POLICIES) | set(GLOBAL_POLICIES) == set(REFERENCE["policies"])


@pytest.mark.parametrize("name", POLICIES)
def test_rules_in_their_order(name: str) -> None:
    """Each policy asks the documented rules in the documented order."""
    assert [rule.name for rule in POLICIES[name].rules] == [
        row["rule"] for row in REFERENCE["policies"][name]
    ]


@pytest.mark.parametrize("name", GLOBAL_POLICIES)
def test_steps_of_each_write_in_their_order(name: str) -> None:
    """Each write does the documented things in the documented order, and each row does something or says who does."""
    steps = GLOBAL_POLICIES[name]
    assert [step.name for step in steps] == [row["rule"] for row in REFERENCE["policies"][name]]
    assert all(step.change or step.details or step.rule or step.elsewhere for step in steps)


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        pytest.param(rule, row, id=f"{name}-{rule.name}")
        for name, policy in POLICIES.items()
        for rule, row in zip(policy.rules, REFERENCE["policies"][name], strict=True)
    ],
)
def test_rule_concerns_the_documented_transitions(rule: Rule[Any], row: dict[str, Any]) -> None:
    """Each rule is asked for the documented types, and for a new run where it is not asked for named types only."""
    assert rule.leaving - {None} == types(row["from"])
    assert (None in rule.leaving) == (not isinstance(row["from"], list))
    assert rule.entering == types(row["to"])
    assert rule.check or rule.after


def test_what_follows_each_write_follows_a_replacement_too() -> None:
    """Events are emitted and slots given back also when another state is written than was proposed."""
    rules = {rule.name: rule for policy in POLICIES.values() for rule in policy.rules}
    lasting = {
        row["rule"] for rows in REFERENCE["policies"].values() for row in rows if row["kind"] == "transform"
    }
    for name in lasting & set(rules):
        assert bool(rules[name].after) == bool(rules[name].after_replacement)
    assert {name for name, rule in rules.items() if rule.after_replacement} <= lasting


def test_force_picks_the_minimal_policy() -> None:
    """A forced flow run state passes almost every rule."""
    assert policy_for_flow_run(force=True) is MINIMAL_FLOW_POLICY
    assert policy_for_flow_run() is CORE_FLOW_POLICY


@pytest.mark.parametrize(
    ("how", "policy"),
    [
        ({}, CORE_TASK_POLICY),
        ({"client_side": True}, CLIENT_TASK_POLICY),
        ({"force": True}, MINIMAL_TASK_POLICY),
        ({"force": True, "client_side": True}, MINIMAL_TASK_POLICY),
        ({"deferred": True}, BACKGROUND_TASK_POLICY),
        ({"deferred": True, "force": True}, BACKGROUND_TASK_POLICY),
    ],
)
def test_policy_for_task_run(how: dict[str, bool], policy: Any) -> None:
    """A background task goes by its own policy even by force; else force wins over who decides."""
    assert policy_for_task_run(**how) is policy
