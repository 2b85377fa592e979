"""Rules about the time a run is scheduled for."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import Reject, Wait
from prefect.orchestration.facts import RunFacts
from prefect.orchestration.state_types import SCHEDULED
from prefect.schemas.states import State, details_with


def copy_scheduled_time(current: State[Any] | None, proposed: State[Any], _: RunFacts) -> State[Any] | None:
    """A pending run keeps the time it was scheduled for, unless it comes with one of its own."""
    if current is None or proposed.state_details.scheduled_time is not None:
        return None
    scheduled_time = current.state_details.scheduled_time
    return details_with(proposed, {"scheduled_time": scheduled_time}) if scheduled_time else None


def wait_for_scheduled_time(current: State[Any] | None, _: State[Any], facts: RunFacts) -> Wait | None:
    """A run does not start before its time. Waits are whole seconds, so half a second early is in time."""
    scheduled_time = current.state_details.scheduled_time if current else None
    if scheduled_time is None:
        return None
    seconds = round((scheduled_time - facts.now).total_seconds())
    return Wait(seconds, f"The run is scheduled for {scheduled_time.isoformat()}.") if seconds > 0 else None


def mark_late_once(current: State[Any] | None, proposed: State[Any], _: RunFacts) -> Reject | None:
    """Only a run that waits for its time can be late, and it is marked so once."""
    if proposed.name != "Late":
        return None
    if current is None or current.type != SCHEDULED:
        return Reject(None, "Only a scheduled run can be marked late.")
    return Reject(None, "The run is marked late already.") if current.name == "Late" else None
