"""The answer to a request that was done gets lost, and the client asks again: nothing is done twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from prefect._transport.app_in_thread import AppInThread
from prefect._transport.questions import KEY, is_keyed, is_repeatable
from prefect.server.api.application import Application
from prefect.server.api.operation_routes import operation_routes
from prefect.server.opening import open_configured_database
from prefect.settings import get_current_settings
from prefect.store.operations import route_of
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import TABLES
from tests.conformance.wire.test_client_traffic import BEFORE, SCENARIOS, UNSEEN, names, remember_secret_block
from tests.conformance.wire.traffic import Client

SOON = 30
UNCOUNTED = {"answered_request", "service_claim"}
OPERATIONS = [
    (route.method, re.compile(re.sub(r"{\w+}", "[^/]+", route.path)), route.operation)
    for route in operation_routes()
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppInThread]:
    """A server on each database, without services."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", url)
    app = AppInThread(Application(get_current_settings(), runs_services=False))
    yield app
    app.close()


class Forgetful:
    """Sends each request that writes twice, since the first answer was lost, and sees what that changes."""

    def __init__(self, sender: httpx2.Client, count: Callable[[], dict[str, int]]) -> None:
        self._sender = sender
        self._count = count
        self.repeated: set[str] = set()

    def request(self, method: str, path: str, **how: Any) -> httpx2.Response:
        """Send a request, and send it again if it wrote."""
        operation = next((o for m, pattern, o in OPERATIONS if m == method and pattern.fullmatch(path)), None)
        if operation is None or route_of(operation).reads:
            return self._sender.request(method, path, **how)
        repeatable = is_repeatable(operation, json.dumps(how.get("json"), separators=(",", ":")).encode())
        keyed = is_keyed(operation, repeatable=repeatable)
        headers = {KEY: str(uuid4())} if keyed else {}
        proposes = path.endswith("/set_state")
        if proposes:  # as our clients do
            details = {**how["json"]["state"]["state_details"], "transition_id": str(uuid4())}
            how["json"] = {**how["json"], "state": {**how["json"]["state"], "state_details": details}}
        lost = self._sender.request(method, path, headers=headers, **how)
        before = self._count()
        answer = self._sender.request(method, path, headers=headers, **how)
        assert self._count() == before, f"{method} {path} did something twice"
        if lost.is_success:
            gone = method == "DELETE" and answer.status_code == 404
            assert answer.is_success or gone, (method, path, answer.status_code, answer.text)
            if keyed:
                assert answer.content == lost.content
            if proposes:
                assert answer.json()["state"] == lost.json()["state"]
            self.repeated.add(operation.__name__)
        return lost


@pytest.fixture
def count() -> Iterator[Callable[[], dict[str, int]]]:
    """Count the rows of all tables."""
    database = None

    def ask() -> Transaction[dict[str, int]]:
        found: dict[str, int] = {}
        for table in TABLES:
            if table.name not in UNCOUNTED:
                rows = yield Statement(f"SELECT count(*) AS n FROM {table.name}")
                found[table.name] = rows[0]["n"]
        return found

    def counted() -> dict[str, int]:
        nonlocal database
        database = database or open_configured_database(get_current_settings())
        return database.read(ask).result(SOON)

    yield counted
    if database is not None:
        database.close()


def test_a_repeated_request_changes_nothing(app: AppInThread, count: Callable[[], dict[str, int]]) -> None:
    """Every write that clients were seen to send may be sent again: no row is added, and the answer is the first."""
    with httpx2.Client(transport=app, base_url="http://api/api", timeout=SOON) as sender:
        kind = (
            sender.post("/block_types/", json={"name": "Secret", "slug": "secret"}).raise_for_status().json()
        )
        fields = {"title": "Secret", "type": "object", "properties": {"value": {"type": "string"}}}
        sender.post(
            "/block_schemas/", json={"block_type_id": kind["id"], "fields": fields, "capabilities": []}
        ).raise_for_status()
        forgetful = Forgetful(sender, count)
        for name, steps in SCENARIOS.items():
            client = Client(forgetful.request, names(name))
            remember_secret_block(sender, client)
            for operation in BEFORE.get(name, ()):
                assert client.ask(operation).is_success, operation
            for step in steps:
                for operation in UNSEEN.get(name, {}).get(step.get("op"), ()):
                    client.ask(operation)
                if "op" in step:
                    client.ask(step["op"])
    assert len(forgetful.repeated) > 20
