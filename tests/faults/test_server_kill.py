"""A server that is killed under load: what it answered is there when it is started again, on both databases."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from prefect._clock import now
from tests.conformance.backend.servers import ENOUGH, Server

KILLS = int(os.environ.get("TEST_SERVER_KILLS", "3"))
"""How often each server is killed; the full test is 30."""

CLIENTS = 6


class Client:
    """A connection to a server."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=ENOUGH)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the answer; an answer that broke off is an OSError."""
        content = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, f"/api{path}", content, {"content-type": "application/json"})
            answer = self._connection.getresponse()
            text = answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError("The answer broke off.") from error
        return answer.status, json.loads(text) if text else None

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Load:
    """Clients that write until the server is gone, and remember what was answered."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lock = threading.Lock()
        self.variables: dict[str, int] = {}
        self.states: dict[str, str] = {}
        self.events: set[str] = set()
        self.refused: list[tuple[str, int, Any]] = []

    def __len__(self) -> int:
        return len(self.variables) + len(self.states) + len(self.events)

    def run(self, seconds: float) -> None:
        """Let clients write, and kill the server in the middle of it, so many seconds after its first answer."""
        threads = [threading.Thread(target=self._write) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while not self and any(thread.is_alive() for thread in threads):  # something has been answered
            time.sleep(0.005)
        time.sleep(seconds)
        self._server.kill()
        for thread in threads:
            thread.join()

    def _write(self) -> None:
        client = Client(self._server)
        try:
            flow_id = self._done(client, "/flows/", {"name": f"flow {random.randrange(3)}"})["id"]
            while True:
                name = uuid4().hex
                self._done(client, "/variables/", {"name": name, "value": 1})
                self.variables[name] = 1
                body = {"flow_id": flow_id, "name": name, "state": {"type": "PENDING"}}
                run_id = self._done(client, "/flow_runs/", body)["id"]
                self.states[run_id] = "PENDING"
                for kind in ("RUNNING", "COMPLETED"):
                    self._done(client, f"/flow_runs/{run_id}/set_state", {"state": {"type": kind}})
                    self.states[run_id] = kind
                event = {"id": str(uuid4()), "event": "done", "occurred": now().isoformat(),
                         "resource": {"prefect.resource.id": f"run.{name}"}}  # fmt: skip
                self._done(client, "/events", [event])
                self.events.add(event["id"])
        except OSError:
            return  # killed, as it should be
        finally:
            client.close()

    def _done(self, client: Client, path: str, body: Any) -> Any:
        status, answer = client.ask("POST", path, body)
        if status >= 300:
            with self._lock:
                self.refused.append((path, status, answer))
            raise ConnectionError("refused")
        return answer

    def check(self) -> None:
        """Compare what was answered with what the server has now."""
        assert self.refused == []
        with closing(Client(self._server)) as client:
            names = _all(client, "/variables/filter", "name", variables={"name": {"any_": [*self.variables]}})
            assert self.variables.keys() <= names.keys()
            runs = _all(client, "/flow_runs/filter", "id", flow_runs={"id": {"any_": [*self.states]}})
            order = ["PENDING", "RUNNING", "COMPLETED"]
            for run_id, answered in self.states.items():
                # The last state may have been stored although nobody got the answer.
                assert order.index(runs[run_id]["state_type"]) >= order.index(answered), run_id
                assert runs[run_id]["state"]["type"] == runs[run_id]["state_type"]
            for event_id in self.events:
                wanted = {
                    "filter": {
                        "id": {"id": [event_id]},
                        "occurred": {"since": (now() - timedelta(days=1)).isoformat()},
                    }
                }
                assert client.ask("POST", "/events/filter", wanted)[1]["total"] == 1


def _all(client: Client, path: str, key: str, **wanted: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while True:
        status, page = client.ask("POST", path, {**wanted, "limit": 200, "offset": len(found)})
        assert status == 200, page
        found |= {each[key]: each for each in page}
        if len(page) < 200:
            return found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    made = Server(tmp_path / "home", url)
    yield made
    made.kill()


@pytest.mark.needs("posix")
@pytest.mark.timeout(60 + 30 * KILLS)
def test_what_was_answered_survives_being_killed(server: Server) -> None:
    """Every write that a server answered is there after `kill -9` and a new start, whole and once."""
    for _ in range(KILLS):
        server.start()
        load = Load(server)
        load.run(random.uniform(0.3, 1.5))
        server.start()
        assert len(load) > 0
        load.check()
        server.kill()
