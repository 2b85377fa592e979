"""The keeper, with a server whose answers are prepared: one of another make, and one that wants a token."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

from prefect._fences import held_fences
from prefect.backend.keeper import Keeper
from prefect.backend.notices import Notice

pytestmark = pytest.mark.needs("posix")

Asked = tuple[str, str, Any, dict[str, str]]
Answers = Callable[[Asked], tuple[int, Any]]

RUN = uuid4()
ENOUGH = 30


@contextmanager
def a_server(answers: Answers) -> Iterator[tuple[str, queue.Queue[Asked]]]:
    """Serve these answers; yield the address of the API, and what is asked."""
    asked: queue.Queue[Asked] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            what = (self.command, self.path, json.loads(content) if content else None, dict(self.headers))
            status, body = answers(what)
            asked.put(what)
            told = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_POST = do_GET  # noqa: N815 - the name that the library looks for

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def keeper_at(url: str) -> Keeper:
    """A keeper that is in a hurry."""
    return Keeper(
        {
            "url": url,
            "headers": {"Authorization": "Basic x"},
            "certificates": None,
            "trusts_anybody": False,
            "lease": 0.6,
            "grace": 30.0,
            "timeout": 5.0,
        }
    )


def test_a_server_of_another_make_is_asked_for_states() -> None:
    """Where there are no claims a run is stopped all the same, and has crashed when its process is gone."""

    def answers(asked: Asked) -> tuple[int, Any]:
        method, path, _, _ = asked
        if path.endswith("/flow_runs/filter"):
            return 200, [{"id": str(RUN), "state_type": "CANCELLING", "state_name": "Cancelling"}]
        if method == "GET":
            return 200, {"id": str(RUN), "state_type": "RUNNING", "state_name": "Running"}
        return (201, {}) if path.endswith("/set_state") else (404, {"detail": "Not Found"})

    notices: queue.Queue[Notice] = queue.Queue()
    with a_server(answers) as (url, asked):
        keeper = keeper_at(url)
        keeper.keep(RUN, notices.put, inside=False)
        assert notices.get(timeout=ENOUGH) == Notice("CANCELLING")
        keeper.close()  # the end of this process, for the keeper
        while (what := asked.get(timeout=ENOUGH))[1] != f"/api/flow_runs/{RUN}/set_state":
            assert what[3]["Authorization"] == "Basic x"
        assert what[2]["state"]["type"] == "CRASHED"


def test_claims_are_held_and_given_back() -> None:
    """The keeper takes the claim on a run, with a token where the server wants one, and this process writes with it."""
    held = threading.Event()

    def answers(asked: Asked) -> tuple[int, Any]:
        method, path, body, headers = asked
        if method == "GET":
            return 200, {"token": "secret", "expiration": "2999-01-01T00:00:00Z"}
        if headers.get("Prefect-Csrf-Token") != "secret":
            return 403, {"detail": "Invalid CSRF token or client identifier."}
        if path.endswith("/claims/renew"):
            (renewal,) = body["renewals"]
            if renewal["fence"] == 7:
                held.set()
            facts = {"is_held": True, "state_type": "RUNNING", "state_name": "Running"}
            return 200, [{"flow_run_id": renewal["flow_run_id"], "fence": 7, **facts}]
        return 204, None

    with a_server(answers) as (url, asked):
        keeper = keeper_at(url)
        keeper.keep(RUN, lambda _: None, inside=False)
        assert held.wait(ENOUGH)
        assert [str(fence) for fence in held_fences()] == [f"{RUN}/7"]
        keeper.end(RUN)
        assert held_fences() == ()
        while (what := asked.get(timeout=ENOUGH))[1] != f"/api/flow_runs/{RUN}/claim/release":
            pass
        assert what[2] == {"fence": 7}
        keeper.close()


def test_a_run_that_another_has_is_told() -> None:
    """A run that this process lost is told once to who runs it here."""
    standing = {"flow_run_id": str(RUN), "fence": None, "is_held": False}
    notices: queue.Queue[Notice] = queue.Queue()
    with a_server(lambda _: (200, [{**standing, "state_type": "RUNNING", "state_name": "Running"}])) as (
        url,
        _,
    ):
        keeper = keeper_at(url)
        keeper.keep(RUN, notices.put, inside=False)
        assert notices.get(timeout=ENOUGH) == Notice("Running", is_lost=True)
        keeper.end(RUN)
        keeper.close()
