"""The remote backend, on a server whose answers are prepared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from prefect._ids import uuid7
from prefect._transport.connection import Connection
from prefect.backend.remote import RemoteBackend
from prefect.exceptions import ObjectUnsupported
from prefect.schemas.events import Event
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.resources import Resource
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.states import Completed
from prefect.store import concurrency_queue, earlier_runs, events, key_locks, run_search
from prefect.testing.clock import hold_clock

SOME = UUID("01a1fee6-0ef9-762b-8eb7-7df6a03f717d")
ENOUGH = 10
Answer = tuple[int, Any]


class Original:
    """A server of another make: it knows the routes of the API, and none of ours."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer | Callable[[Any], Answer]] = {
            ("GET", "/admin/version"): (200, "3.8.8"),
            ("POST", "/flows/"): (201, {"id": str(SOME), "name": "f"}),
            ("POST", "/events"): (204, None),
            ("POST", "/logs/"): (201, None),
        }
        self.asked: list[tuple[str, str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/api")
        if path == "/csrf-token":
            return httpx2.Response(404)
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, path, body))
        answer = self.answers.get((request.method, path), (404, {"detail": "Not Found"}))
        status, content = answer(body) if callable(answer) else answer
        return httpx2.Response(status, json=content)

    def bodies(self, path: str) -> list[Any]:
        """What was sent to a path."""
        return [body for _, asked, body in self.asked if asked == path]


@pytest.fixture
def server() -> Original:
    """The server."""
    return Original()


@pytest.fixture
def backend(server: Original, tmp_path: Path) -> Iterator[RemoteBackend]:
    """A backend on it."""
    settings = {"transport": httpx2.MockTransport(server)}
    backend = RemoteBackend(Connection("http://server/api", httpx_settings=settings), tmp_path / "outbox")
    yield backend
    backend.close()


def task_run(**facts: Any) -> TaskRun:
    """A new task run."""
    state: State[Any] = State(type=StateType.PENDING)
    return TaskRun(task_key="t", dynamic_key="0", name="t-0", state=state, state_id=state.id, **facts)


def test_a_flow_is_registered_once_and_the_version_is_looked_at(
    backend: RemoteBackend, server: Original
) -> None:
    """A process asks for the version and for a flow's id once."""
    for _ in range(2):
        assert backend.register_flow("f").result(ENOUGH).id == SOME
    assert [path for _, path, _ in server.asked] == ["/admin/version", "/flows/"]


def test_a_server_of_another_major_version_gets_no_runs(backend: RemoteBackend, server: Original) -> None:
    """A flow does not begin on a server that it would not understand."""
    server.answers["GET", "/admin/version"] = (200, "2.9.0")
    with pytest.raises(RuntimeError, match=r"2\.9\.0"):
        backend.register_flow("f").result(ENOUGH)


def test_the_version_need_not_be_looked_at(
    backend: RemoteBackend, server: Original, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting turns the check off."""
    monkeypatch.setenv("PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED", "false")
    backend.register_flow("f").result(ENOUGH)
    assert [path for _, path, _ in server.asked] == ["/flows/"]


def test_a_subflow_finds_the_task_run_that_stands_for_it(backend: RemoteBackend, server: Original) -> None:
    """The task run that stands for a subflow run is stored before that run, by itself, and not told again."""
    standing = task_run(flow_run_id=SOME)
    created = {"id": str(standing.id), "task_key": "t", "dynamic_key": "0"}
    server.answers["POST", "/task_runs/"] = (201, created)
    server.answers["POST", "/flow_runs/"] = (201, {"id": str(SOME), "flow_id": str(SOME)})
    backend.create_task_run(standing)
    child = FlowRun(flow_id=SOME, parent_task_run_id=standing.id, state=State(type=StateType.PENDING))
    assert backend.create_flow_run(child).result(ENOUGH).id == SOME
    backend.flush().result(ENOUGH)
    assert [path for _, path, _ in server.asked] == ["/task_runs/", "/flow_runs/"]
    assert server.bodies("/task_runs/")[0]["id"] == str(standing.id)
    (body,) = server.bodies("/flow_runs/")
    assert (body["parent_task_run_id"], body["idempotency_key"]) == (str(standing.id), str(child.id))


def test_states_of_task_runs_follow_one_another(backend: RemoteBackend, server: Original) -> None:
    """The states of a task run are told in their order, each with the one before."""
    run = task_run()
    backend.create_task_run(run)
    for state in (State(type=StateType.RUNNING), Completed(data=object())):
        backend.record_task_run(run, state)
    backend.flush().result(ENOUGH)
    told = [event for body in server.bodies("/events") for event in body]
    assert [event["event"].rpartition(".")[2] for event in told] == ["Pending", "Running", "Completed"]
    assert [event["follows"] for event in told] == [None, told[0]["id"], told[1]["id"]]
    assert told[-1]["payload"]["validated_state"]["data"] is None


def test_a_record_that_is_refused_does_not_stop_the_others(backend: RemoteBackend, server: Original) -> None:
    """Of a batch in which one record is bad, all others are delivered."""
    server.answers["POST", "/logs/"] = lambda body: (
        (422, {"detail": "bad"}) if any(line["message"] == "bad" for line in body) else (201, None)
    )
    for message in ("one", "bad", "two"):
        backend.record_log("x", 20, message, datetime.now(UTC), None, None)
    backend.flush().result(ENOUGH)
    taken = [[line["message"] for line in body] for body in server.bodies("/logs/")[1:]]
    assert taken == [["one"], ["bad"], ["two"]]


def test_any_text_can_be_logged(backend: RemoteBackend, server: Original) -> None:
    """A line with characters that UTF-8 does not know is recorded without them."""
    backend.record_log("x", 20, "odd \udc80 text", datetime.now(UTC), None, None)
    backend.flush().result(ENOUGH)
    assert server.bodies("/logs/")[0][0]["message"] == "odd ? text"


def test_events_leave_behind_the_work(backend: RemoteBackend, server: Original) -> None:
    """An event is on its way when it was performed, and its future is done when the server has it."""
    event = Event(event="x", resource=Resource({"prefect.resource.id": "y"}))
    backend.perform(events.create_events, [event]).result(ENOUGH)
    assert [each["id"] for each in server.bodies("/events")[0]] == [str(event.id)]


def test_a_glance_does_not_wait_for_a_server_that_is_away(backend: RemoteBackend, server: Original) -> None:
    """Whether somebody paused a run is looked at by the way: a server that is away holds nothing up."""
    server.answers["GET", f"/flow_runs/{SOME}"] = (200, {"id": str(SOME), "flow_id": str(SOME)})
    found = backend.glance_at_flow_run(SOME)
    assert found is not None
    assert found.id == SOME
    server.answers["GET", f"/flow_runs/{SOME}"] = (500, None)
    assert backend.glance_at_flow_run(SOME) is None
    server.answers["POST", "/logs/"] = (503, None)
    backend.record_log("x", 20, "waits", datetime.now(UTC), None, None)
    backend.flush().result(ENOUGH)
    asked = len(server.asked)
    assert backend.glance_at_flow_run(SOME) is None
    assert len(server.asked) == asked
    server.answers["POST", "/logs/"] = (201, None)


def test_a_flush_waits_for_changes_that_nobody_waits_for(backend: RemoteBackend, server: Original) -> None:
    """A new name of a run has arrived when what was recorded has."""
    server.answers["PATCH", f"/flow_runs/{SOME}"] = (204, None)
    backend.rename_flow_run(SOME, "other")
    backend.flush().result(ENOUGH)
    assert server.bodies(f"/flow_runs/{SOME}") == [{"name": "other"}]


# --- a server that does not know what is our own -----------------------------------------------------------------


def test_slots_are_asked_for_again_where_there_is_no_queue(backend: RemoteBackend, server: Original) -> None:
    """Without a queue, who waits for slots looks again after a little while."""
    ticket = uuid7()
    backend.perform(concurrency_queue.join_slot_queue, ticket, ["a"], 1).result(ENOUGH)
    with hold_clock() as clock:
        before = clock.now()
        outlook = backend.perform(concurrency_queue.read_slot_outlook, ticket).result(ENOUGH)
        assert (clock.now() - before).total_seconds() > 0.1
    assert outlook.wait <= 0
    backend.perform(concurrency_queue.leave_slot_queue, ticket).result(ENOUGH)


def test_what_a_server_lacks_is_asked_once(backend: RemoteBackend, server: Original) -> None:
    """A server that does not know an operation is not asked for it again."""
    for _ in range(3):
        backend.perform(concurrency_queue.join_slot_queue, uuid7(), ["a"], 1).result(ENOUGH)
    assert len(server.bodies("/v2/concurrency_limits/queue")) == 1


def test_runs_are_found_by_name_or_whole_id(backend: RemoteBackend, server: Original) -> None:
    """Without a search by parts of ids, runs are found by their names and by their ids."""
    server.answers["POST", "/flow_runs/filter"] = (200, [])
    assert backend.perform(run_search.find_flow_runs, "tidy-otter").result(ENOUGH) == []
    assert backend.perform(run_search.find_flow_runs, str(SOME)).result(ENOUGH) == []
    by_name, by_id = server.bodies("/flow_runs/filter")
    assert by_name["flow_runs"] == {"name": {"any_": ["tidy-otter"]}}
    assert by_id["flow_runs"] == {"id": {"any_": [str(SOME)]}}


def test_the_last_run_below_a_task_run_is_found(backend: RemoteBackend, server: Original) -> None:
    """A flow that is tried again finds its subflow runs."""
    server.answers["POST", "/flow_runs/filter"] = (200, [{"id": str(SOME), "flow_id": str(SOME)}])
    found = backend.perform(earlier_runs.latest_run_under, uuid4()).result(ENOUGH)
    assert found is not None
    assert found.id == SOME


def test_what_cannot_be_replaced_is_named(backend: RemoteBackend, server: Original) -> None:
    """An operation that such a server cannot do is an error which says so."""
    with pytest.raises(ObjectUnsupported, match="does not know POST /locks/take"):
        backend.perform(key_locks.take_key_lock, "k", "me").result(ENOUGH)
