"""Why a flow run that has begun does not go on, and why one has ended as it has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect.orchestration.explaining.phrases import clock, slots_taken, waits_for_upstream
from prefect.orchestration.explaining.situations import Situation
from prefect.schemas.explanations import Cause, RelatedObject
from prefect.schemas.states import StateType

_NOT_LOADED = re.compile(r"Flow could not be retrieved|Flow run \S+ could not be run|could not be loaded")
"""What says that a run has no code: states and logs of runners of any make have one of these."""


def causes_of_running(situation: Situation) -> Iterator[Cause]:
    """Yield why a run that has begun does not go on."""
    match situation.run.state_type:
        case StateType.CANCELLING:
            yield _cancelling(situation)
        case StateType.PAUSED:
            yield _paused(situation)
        case _:
            yield from _running(situation)


def _running(situation: Situation) -> Iterator[Cause]:
    yield from _silent(situation)
    for wait in situation.slot_waits:
        who = f"Task run {wait.who.name!r}" if wait.who.kind == "task_run" else "It"
        taken = slots_taken(wait.limit, "slot", f"the concurrency limit {wait.limit.name!r}", [wait.who])
        yield taken.model_copy(update={"message": f"{who} waits for a slot; {taken.message}"})
    for child in situation.children:
        thing = RelatedObject(kind="flow_run", id=str(child.flow_run_id), name=child.name)
        yield Cause(
            code="child",
            message=f"It waits for flow run {child.name!r}, which is {child.state_name}.",
            advice=f"`prefect why {child.flow_run_id}` says more.",
            related=[thing],
        )
        yield from (
            cause.model_copy(update={"message": f"Flow run {child.name!r}: {cause.message}"})
            for cause in child.causes
        )
    for wait in situation.task_waits:
        yield waits_for_upstream(wait, f"Task run {wait.who.name!r}")


def _silent(situation: Situation) -> Iterator[Cause]:
    claim, run = situation.claim, situation.run
    if claim is not None and claim.expires_at is not None:
        if claim.expires_at > situation.moment:
            return
        who, since = claim.owner, claim.expires_at
    elif situation.beat is not None and situation.moment - situation.beat > situation.silence:
        who, since = "Its process", situation.beat
    else:
        return
    yield Cause(
        code="silent",
        message=f"{who} executes it and was not heard of since {clock(since)}.",
        advice="Wait a little: the server ends the run if nothing is heard. If it does not, see whether the process "
        f"lives; `prefect flow-run cancel {run.id}` ends the run.",
        since=since,
    )


def _paused(situation: Situation) -> Cause:
    run, state = situation.run, situation.run.state
    details = state.state_details if state else None
    wants_input = details is not None and bool(details.run_input_keyset)
    key = f" (key {details.pause_key!r})" if details is not None and details.pause_key else ""
    suspended = details is not None and details.pause_reschedule
    ends = details.pause_timeout if details is not None else None
    words = "is suspended: its process has ended, and another will go on" if suspended else "is paused"
    until = f" It fails at {clock(ends)} if nobody does." if ends else ""
    return Cause(
        code="waits-for-input" if wants_input else "suspended" if suspended else "paused",
        message=f"It {words} when it is {'given its input' if wants_input else 'resumed'}{key}.{until}"
        if suspended
        else f"It is paused until it is {'given its input' if wants_input else 'resumed'}{key}.{until}",
        advice=f"`prefect flow-run resume {run.id}`"
        + (", with the input that it asks for." if wants_input else ""),
        since=state.timestamp if state else None,
    )


def _cancelling(situation: Situation) -> Cause:
    claim, run = situation.claim, situation.run
    since = run.state.timestamp if run.state else None
    if claim is not None and claim.expires_at is not None:
        heard = claim.expires_at > situation.moment
        message = f"It is being cancelled, and {claim.owner} has not told yet that its process has ended" + (
            "." if heard else f"; it was not heard of since {clock(claim.expires_at)}."
        )
        advice = "Wait: its process is killed 30 s after it was asked to end, and counts as gone when it is silent."
    else:
        message = "It is being cancelled, and nobody is known who executes it and could end its process."
        advice = (
            "Wait: the server lets it be cancelled after five minutes. See whether its process still lives."
        )
    return Cause(code="cancelling", message=message, advice=advice, since=since)


def causes_of_ending(situation: Situation) -> Iterator[Cause]:
    """Yield why a run has ended as it has."""
    run, state = situation.run, situation.run.state
    if state is None or state.type is StateType.COMPLETED:
        return
    said, last = (state.message or "").strip(), situation.last_words
    logs = f"`prefect flow-run logs {run.id}` shows what it said last."
    again = f"`prefect flow-run retry {run.id}` runs it again."
    if state.type is StateType.CANCELLED:
        code = "skipped" if state.name == "Skipped" else "cancelled"
        message = f"It was {code}: {said}" if said else f"It was {code}; nobody said why."
        advice = (
            "The schedule's `catch_up` and `max_lateness` say which runs are made up for."
            if code == "skipped"
            else again
        )
    else:
        code = state.type.value.lower()
        message = f"It has {code}: {said}" if said else f"It has {code}; nothing said why."
        if state.type is StateType.CRASHED and last and last not in said:
            message = f"{message} The last error in its log: {last}"
        advice = f"{logs} {again}"
        if _NOT_LOADED.search(said) or (last and _NOT_LOADED.search(last)):
            code, message = "code-not-loaded", f"The code of its flow could not be loaded. {message}"
            advice = (
                "See that the entrypoint of its deployment is right, that the file is there where the run is executed, "
                f"and that what it imports is installed there. {advice}"
            )
    yield Cause(
        code=code, message=message, advice=advice, since=state.timestamp, related=list(situation.failed)
    )
