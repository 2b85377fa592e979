"""States of flow runs whose events were not stored along with them: a server tells of them later.

Processes that keep their own records in the file that a server serves leave that to the server. Where the server has
got to is kept in the database, so that each state is looked at a few times at most, whoever looks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.store.columns import json_text, json_value, timestamp_text
from prefect.store.flow_run_events import tell_flow_run_state
from prefect.store.flow_runs import find_flow_run
from prefect.store.statements import Statement, Transaction
from prefect.store.states import read_states
from prefect.store.tables import FLOW_RUN_STATE
from prefect.store.tables.configuration import CONFIGURATION

_KEY = "told_states"
"""Under which key it is kept up to which state all was told."""

_LATEST_COMMIT = timedelta(minutes=2)
"""How long after it was made a state may be committed by a process that waited for others."""


def count_untold(horizon: datetime) -> Transaction[int]:
    """Return how many states are to be told of, of those that were made after a time; counting ends at a hundred."""
    after = yield from _told_until(horizon)
    rows = yield Statement(
        f"SELECT count(*) AS n FROM (SELECT state.id FROM flow_run_state AS state WHERE {_UNTOLD} LIMIT 100) AS untold",
        (after,),
    )
    return rows[0]["n"]


def tell_next_states(now: datetime, horizon: datetime, limit: int) -> Transaction[bool]:
    """Tell of some states that were not told of, and keep where this got to.

    Args:
        now: The time, in UTC.
        horizon: States that were made before are not told of any more.
        limit: How many states to tell of at most.

    Returns:
        Whether there may be more.
    """
    after = yield from _told_until(horizon)
    last = yield from tell_untold_states(after, limit)
    until = min(last or first_id_of(now), first_id_of(now - _LATEST_COMMIT))
    if until > after:
        moment = timestamp_text(now)
        yield Statement(
            f"{CONFIGURATION.insert.removesuffix('DO NOTHING')} (key) "
            "DO UPDATE SET value = excluded.value, updated = excluded.updated",
            (_KEY, moment, moment, json_text(until)),
        )
    return last is not None and last > after


def tell_untold_states(after: str, limit: int = 200) -> Transaction[str | None]:
    """Store the events of states that were recorded without them, by processes that keep their own records.

    States are gone through in the order of their ids, which is that of their time. Telling of the same state again
    changes nothing.

    Args:
        after: The id of the last state that was gone through; for a beginning, `first_id_of` a time.
        limit: How many states to go through at most.

    Returns:
        The id of the last state that was gone through, None when there is none left.
    """
    rows = yield Statement(
        f"SELECT id, flow_run_id FROM flow_run_state AS state WHERE {_UNTOLD} ORDER BY id LIMIT ?",
        (after, limit),
    )
    for row in rows:
        run = yield from find_flow_run(UUID(row["flow_run_id"]))
        if run is not None:
            yield from _tell_as_it_was(run, row["id"])
    return rows[-1]["id"] if rows else None


def first_id_of(moment: datetime) -> str:
    """Return a text that comes before the ids of all states that were made at a time or later."""
    milliseconds = f"{int(moment.timestamp() * 1000):012x}"
    return f"{milliseconds[:8]}-{milliseconds[8:]}"


def _tell_as_it_was(run: FlowRun, state_id: str) -> Transaction[None]:
    """Store the event of a state that a flow run was in, as it would have been stored then."""
    states = yield from read_states(FLOW_RUN_STATE, run.id)
    ids = [str(state.id) for state in states]
    position = ids.index(state_id)
    starts = sum(state.type is StateType.RUNNING for state in states[: position + 1])
    before = states[position - 1] if position else None
    then = run.model_copy(update={"run_count": min(starts, run.run_count)})
    yield from tell_flow_run_state(then, before, states[position])


_UNTOLD = "state.id > ? AND NOT EXISTS (SELECT 1 FROM event WHERE event.id = state.id)"


def _told_until(horizon: datetime) -> Transaction[str]:
    """Return the id up to which all states were told of, or are too old to be."""
    rows = yield Statement("SELECT value FROM configuration WHERE key = ?", (_KEY,))
    return max(json_value(rows[0]["value"]) if rows else "", first_id_of(horizon))
