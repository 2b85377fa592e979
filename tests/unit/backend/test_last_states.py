"""The last state of a run that its server did not take in time is told later, if nothing has become of the run."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from prefect._dual.drivers import run
from prefect._transport.connection import Connection
from prefect.backend.last_states import last_state, telling_last_state
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType
from prefect.states import Crashed


@pytest.mark.parametrize(
    ("holds", "is_told"), [("as it was left", True), ("started anew", False), ("deleted", False)]
)
def test_a_last_state_is_told_only_to_a_run_that_was_left_so(holds: str, is_told: bool) -> None:
    """A run that somebody has started anew, ended or deleted meanwhile is left alone."""
    left: State[Any] = State(type=StateType.RUNNING)
    present = left if holds == "as it was left" else State[Any](type=StateType.RUNNING)
    flow_run = FlowRun(flow_id=uuid4(), state=present, state_id=present.id)
    told: list[Any] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/csrf-token":
            return httpx2.Response(404)
        if request.method == "GET":
            if holds == "deleted":
                return httpx2.Response(404, json={"detail": "Flow run not found"})
            return httpx2.Response(200, json=flow_run.model_dump(mode="json"))
        told.append(json.loads(request.content))
        return httpx2.Response(201, json={})

    letter = last_state(flow_run.id, Crashed(message="by a signal"), after=left.id)
    channel = Connection(
        "http://server/api", httpx_settings={"transport": httpx2.MockTransport(answer)}
    ).open()
    run(telling_last_state(channel, letter.write()))
    run(channel.close())
    assert [(each["state"]["type"], each["force"]) for each in told] == (
        [("CRASHED", True)] if is_told else []
    )
