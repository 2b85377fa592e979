"""Log lines followed over a websocket."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.server.serving import serving

RUN = str(uuid4())


def line(message: str, level: int = 20, **more: Any) -> dict[str, Any]:
    """Return a log line as a client sends it."""
    now = datetime.now(UTC).isoformat()
    return {"name": "a.logger", "level": level, "message": message, "timestamp": now, **more}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["one", "two", "three"]),
        ({"level": {"ge_": 30}}, ["two"]),
        ({"flow_run_id": {"any_": [RUN]}}, ["three"]),
        ({"task_run_id": {"is_null_": True}, "level": {"le_": 20}}, ["one", "three"]),
        ({"operator": "or_", "level": {"ge_": 30}, "flow_run_id": {"any_": [RUN]}}, ["two", "three"]),
        ({"text": {"query": "THREE -two"}}, ["three"]),
        ({"timestamp": {"before_": "2000-01-01T00:00:00Z"}}, []),
    ],
)
def test_followers_are_sent_the_lines_they_asked_for(
    monkeypatch: pytest.MonkeyPatch, wanted: Any, found: list[str]
) -> None:
    """Lines come as they are recorded, and only those that the filter means."""
    monkeypatch.setenv("PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED", "true")
    lines = [line("one"), line("two", 30), line("three", flow_run_id=RUN)]
    with serving() as server, server.connect("/logs/out") as following:
        following.send(json.dumps({"type": "filter", "filter": wanted}))
        server.wait_for_followers(1)
        server.ask("POST", "/logs/", json=lines)
        received = [json.loads(following.recv(10)) for _ in found]
        assert [message["log"]["message"] for message in received] == found
        assert {message["type"] for message in received} <= {"log"}
        with pytest.raises(TimeoutError):
            following.recv(0.1)


def test_no_lines_are_sent_unless_a_setting_says_so() -> None:
    """Without the setting the connection stays open and silent, as with the original."""
    with serving() as server, server.connect("/logs/out") as following:
        following.send(json.dumps({"type": "filter", "filter": {}}))
        server.ask("POST", "/logs/", json=[line("one")])
        with pytest.raises(TimeoutError):
            following.recv(0.2)
