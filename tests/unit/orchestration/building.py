"""What the tests of the rules are built from: states, facts, and a decision as the API would answer it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import Decision, written_state
from prefect.orchestration.facts import FlowRunFacts, TaskRunFacts
from prefect.orchestration.policies import CORE_FLOW_POLICY, CORE_TASK_POLICY
from prefect.orchestration.rule import Policy
from prefect.schemas.states import State, StateDetails, StateType

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "orchestration.json").read_text(encoding="utf-8")
)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORED = {"storage_key": "results/1", "serializer": {"type": "json"}}
"""The data of a state whose result was persisted, as it travels."""


def later(seconds: float) -> datetime:
    """Return the time so many seconds from now; in the past if negative."""
    return NOW + timedelta(seconds=seconds)


def state(
    type_: str,
    name: str | None = None,
    *,
    at: float = 0,
    data: Any = None,
    message: str | None = None,
    **details: Any,
) -> State[Any]:
    """Return a state of `at` seconds from now with these details."""
    return State(
        type=StateType(type_),
        name=name,
        timestamp=later(at),
        data=data,
        message=message,
        state_details=StateDetails(**details),
    )


def flow_facts(**facts: Any) -> FlowRunFacts:
    """Return facts of a flow run at the time of the tests."""
    return FlowRunFacts(NOW, **facts)


def task_facts(**facts: Any) -> TaskRunFacts:
    """Return facts of a task run in a flow run that is running."""
    return TaskRunFacts(NOW, **{"flow_run_count": 1, "flow_state_type": StateType.RUNNING, **facts})


def decide_flow(
    current: State[Any] | None, proposed: State[Any], policy: Policy[Any] = CORE_FLOW_POLICY, **facts: Any
) -> Decision:
    """Decide for a flow run by the core policy, unless told another."""
    return decide(policy, current, proposed, flow_facts(**facts))


def decide_task(
    current: State[Any] | None, proposed: State[Any], policy: Policy[Any] = CORE_TASK_POLICY, **facts: Any
) -> Decision:
    """Decide for a task run by the core policy, unless told another."""
    return decide(policy, current, proposed, task_facts(**facts))


def answer(decision: Decision, current: State[Any] | None) -> list[Any]:
    """Return what the API answers: status, HTTP status (201 if a state was written), and the state that then holds."""
    written = written_state(decision)
    holds = written or current
    return [decision.status, 201 if written else 200, holds and f"{holds.type.value}/{holds.name}"]
