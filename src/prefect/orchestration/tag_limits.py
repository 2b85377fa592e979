"""Rules about the concurrency limits of tags: how many task runs with a tag may be running at once."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import Abort, ReleaseTagSlots, TakeTagSlots, Wait
from prefect.orchestration.facts import TaskRunFacts
from prefect.orchestration.state_types import CANCELLING, RUNNING, one_of
from prefect.schemas.states import State

_HOLDING_SLOTS = one_of(RUNNING, CANCELLING)


def check_tag_limits(_: State[Any] | None, _proposed: State[Any], facts: TaskRunFacts) -> Abort | Wait | None:
    """A task run starts only with a slot of each limited tag; it waits while one is full, and not for a limit of 0."""
    if not facts.tag_limits:
        return None
    for tag, limit in facts.tag_limits.items():
        if limit <= 0:
            return Abort(f"The concurrency limit of the tag {tag!r} is 0: no task run with it can start.")
    if facts.tag_slots == "full":
        tags = ", ".join(repr(tag) for tag in facts.tag_limits)
        return Wait(
            max(1, round(facts.tag_slot_wait_seconds)), f"No free concurrency slot for the tags {tags}."
        )
    return None


def take_tag_slots(_: State[Any] | None, _written: State[Any], facts: TaskRunFacts) -> TakeTagSlots | None:
    """The slots are taken with the write, unless they were before this decision."""
    return TakeTagSlots(tuple(facts.tag_limits)) if facts.tag_limits and facts.tag_slots != "taken" else None


def release_tag_slots(
    _: State[Any] | None, written: State[Any], facts: TaskRunFacts
) -> ReleaseTagSlots | None:
    """A task run that is neither running nor being cancelled holds no slots."""
    if not facts.tag_limits or written.type in _HOLDING_SLOTS:
        return None
    return ReleaseTagSlots(tuple(facts.tag_limits))
