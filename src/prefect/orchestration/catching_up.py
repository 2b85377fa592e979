"""The rule about runs of schedules that missed their time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect.orchestration.decisions import Reject
from prefect.orchestration.facts import FlowRunFacts
from prefect.orchestration.state_types import CANCELLED
from prefect.schemas.states import State


def skip_missed_run(_: State[Any] | None, _proposed: State[Any], facts: FlowRunFacts) -> Reject | None:
    """A run that its schedule does not want any more does not begin, also where nobody has marked it yet."""
    reason = facts.skip_reason
    return None if reason is None else Reject(skipped(reason, facts.now), reason)


def skipped(reason: str, moment: datetime) -> State[Any]:
    """Return the state of a run that is not made up for."""
    return State[Any](type=CANCELLED, name="Skipped", timestamp=moment, message=reason)
