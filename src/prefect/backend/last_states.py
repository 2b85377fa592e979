"""The last state of a run whose process ends while its server is away: kept like all that runs record, and told later.

When it is told, much may have happened: the run may have been started anew, or somebody may have ended it. So it is
proposed only if the run is still in the state in which its process left it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from prefect._dual.effects import Steps
from prefect._transport.channel import Channel
from prefect._transport.proposals import proposal
from prefect._transport.questions import question_of
from prefect.backend.outbox import Letter
from prefect.exceptions import ObjectNotFound
from prefect.schemas.states import State, StateCreate
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.flow_runs import read_flow_run

LAST_STATES = "last states"
"""What stands in the place of a route for them: how they are told depends on what the server knows by then."""


def last_state(flow_run_id: UUID, state: State[Any], after: UUID) -> Letter:
    """Return a letter that tells the last state of a run.

    Args:
        flow_run_id: The run.
        state: The state.
        after: The id of the state in which the process left the run.
    """
    wanted = proposal(state, flow_run_id=flow_run_id)
    record = {"flow_run_id": flow_run_id, "after": after, "state": wanted.model_dump(mode="json")}
    return Letter(LAST_STATES, lambda: orjson.dumps(record))


def telling_last_state(channel: Channel, record: bytes) -> Steps[None]:
    """Tell the last state of a run, if nothing has become of the run since."""
    told: dict[str, Any] = orjson.loads(record)
    flow_run_id = UUID(told["flow_run_id"])
    try:
        run = yield from channel.ask(read_flow_run, flow_run_id)
    except ObjectNotFound:
        return  # deleted
    if run.state is None or str(run.state.id) != told["after"]:
        return
    state = StateCreate.model_validate(told["state"])
    yield from channel.send(question_of(set_flow_run_state, flow_run_id, state, force=True))
