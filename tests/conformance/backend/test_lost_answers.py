"""Answers that are lost on the way: what is asked again is done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from prefect import flow
from prefect._transport.connection import Connection
from prefect.backend.remote import RemoteBackend
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    ArtifactCreate,
    GlobalConcurrencyLimitCreate,
    LogCreate,
    VariableCreate,
    VariableUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey, LogFilter, LogFilterFlowRunId
from prefect.schemas.events import Event, EventFilter, EventNameFilter
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.resources import Resource
from prefect.schemas.states import State, StateType
from prefect.states import Completed, Running
from prefect.store import events
from prefect.testing.clock import hold_clock
from tests.conformance.backend.servers import Server

ENOUGH = 30


class LosesEveryFirstAnswer(httpx2.BaseTransport):
    """A line that hands every request on, and loses the answer when it is the first to that request."""

    def __init__(self) -> None:
        self._line = httpx2.HTTPTransport()
        self._seen: set[tuple[str, bytes, bytes]] = set()
        self.lost = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send, and perhaps lose the answer."""
        response = self._line.handle_request(request)
        mark = (request.method, request.url.raw_path, request.content)
        if mark in self._seen or request.url.path.endswith(("version", "csrf-token")):
            return response
        self._seen.add(mark)
        response.read()
        response.close()
        self.lost += 1
        raise httpx2.ReadError("the line was cut", request=request)

    def close(self) -> None:
        """Close the line."""
        self._line.close()


@pytest.fixture
def line() -> LosesEveryFirstAnswer:
    """The line."""
    return LosesEveryFirstAnswer()


@pytest.fixture
def backend(server: Server, line: LosesEveryFirstAnswer, tmp_path: Path) -> Iterator[RemoteBackend]:
    """A backend at the end of that line."""
    connection = Connection(server.url, httpx_settings={"transport": line})
    backend = RemoteBackend(connection, tmp_path / "outbox")
    yield backend
    backend.close()


def test_a_flow_run_is_stored_once_and_moves_once(
    backend: RemoteBackend, line: LosesEveryFirstAnswer, fresh: Callable[[str], str]
) -> None:
    """A flow run whose every answer is lost once is one run, and goes through each state once."""
    name = fresh("run")
    flow = backend.register_flow(name).result(ENOUGH)
    made = FlowRun(flow_id=flow.id, name=name, state=State(type=StateType.PENDING))
    run = backend.create_flow_run(made).result(ENOUGH)
    for state in (Running(), Completed(data="value")):
        answer = backend.propose_flow_run_state(run.id, state).result(ENOUGH)
        assert answer.status.value == "ACCEPT"
        assert answer.state is not None
        assert answer.state.name == state.name
    assert [each.id for each in backend.find_flow_runs(name)] == [run.id]
    assert [each.name for each in backend.read_flow_run_states(run.id)] == ["Pending", "Running", "Completed"]
    assert line.lost > 5


def test_events_are_there_once(backend: RemoteBackend, fresh: Callable[[str], str]) -> None:
    """Events whose answer is lost are recorded once."""
    name = fresh("happened")
    event = Event(event=name, resource=Resource({"prefect.resource.id": "thing"}))
    backend.perform(events.create_events, [event]).result(ENOUGH)
    wanted = EventFilter(event=EventNameFilter(name=[name]))
    assert backend.perform(events.read_events, wanted).result(ENOUGH).total == 1


def test_what_a_client_stores_is_stored_once(
    server: Server, line: LosesEveryFirstAnswer, fresh: Callable[[str], str]
) -> None:
    """Everything that a client creates, changes or deletes is done once, although every first answer is lost."""
    settings = {"transport": line}
    with hold_clock(), SyncPrefectClient(server.url, httpx_settings=settings) as client:
        client.hello()
        name = fresh("v").replace("-", "_")
        client.create_variable(VariableCreate(name=name, value=1))
        client.update_variable(VariableUpdate(name=name, value=2))
        client.delete_variable_by_name(name)
        key = fresh("report")
        client.create_artifact(ArtifactCreate(key=key, data="x"))
        by_key = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        assert len(client.read_artifacts(artifact_filter=by_key)) == 1
        limit = fresh("limit")
        client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=limit, limit=5))
        client.increment_concurrency_slots([limit], 2, "concurrency")
        assert client.read_global_concurrency_limit_by_name(limit).active_slots == 2
        pool = fresh("pool")
        client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
        client.create_work_queue("q", work_pool_name=pool)
        run = client.create_flow_run(flow(name=pool)(lambda: None))
        client.create_flow_run_input(run.id, "k", "1")
        moment = datetime.now(UTC)
        client.create_logs(
            [LogCreate(name="x", level=20, message=pool, timestamp=moment, flow_run_id=run.id)]
        )
        of_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
        assert [each.message for each in client.read_logs(of_run)] == [pool]
        client.delete_flow_run(run.id)
        client.delete_work_pool(pool)
    assert line.lost > 15
