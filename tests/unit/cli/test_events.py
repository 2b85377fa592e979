"""`prefect events`, as people and programs call it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from prefect.backend import get_backend
from prefect.cli import events
from prefect.cli.operations import perform
from prefect.events import emit_event
from prefect.store.events import read_events
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured

done, refused = partial(commands.done, "events"), partial(commands.refused, "events")


def test_telling(capsysbinary: Captured) -> None:
    """An event is recorded with its resource, what else had a part in it, and its payload."""
    related = json.dumps([{"prefect.resource.id": "job.1", "prefect.resource.role": "cause"}])
    done(
        capsysbinary,
        *("emit", "table.loaded", "--resource", "kind=table", "--resource-id", "orders"),
        *("--related", related, "--payload", '{"rows": 5}'),
    )
    (event,) = perform(read_events).events
    assert (event.event, event.resource.id, event.resource["kind"]) == ("table.loaded", "orders", "table")
    assert (event.related[0].role, event.payload) == ("cause", {"rows": 5})
    done(capsysbinary, "emit", "x", "-r", '{"prefect.resource.id": "y"}')
    assert perform(read_events).total == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x"], "--resource-id"),
        (["x", "-r", "{"], "no JSON"),
        (["x", "-r", "[1]"], "JSON object"),
        (["x", "--resource-id", "a", "-p", "{"], "no JSON"),
        (["x", "--resource-id", "a", "-p", "5"], "payload"),
        (["x", "--resource-id", "a", "--related", '[{"a": "b"}]'], "related"),
    ],
)
def test_what_cannot_be_told(arguments: list[str], said: str, capsysbinary: Captured, home: Path) -> None:
    """An event that is not well formed is not recorded."""
    assert said in refused(capsysbinary, "emit", *arguments)[1]
    assert not home.exists()


@pytest.mark.parametrize("format", ["json", "text"])
def test_watching(format: str, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens while one watches is shown, and nothing that happened before."""
    emit_event("before", {"prefect.resource.id": "a"})
    get_backend().flush().result()

    def meanwhile(_: float) -> None:
        emit_event("while", {"prefect.resource.id": "b"})
        get_backend().flush().result()

    monkeypatch.setattr(events, "time", SimpleNamespace(sleep=meanwhile))
    shown = done(capsysbinary, "stream", "--run-once", "--format", format)
    assert (json.loads(shown)["event"] == "while") if format == "json" else shown.endswith(" while b\n")


def test_many_at_once_are_written_to_a_file(
    capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """However many events come at once, each is written once, in the order in which they occurred."""
    looks: list[float] = []

    def meanwhile(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 4:
            raise KeyboardInterrupt
        for number in range(60):
            emit_event(f"e-{len(looks)}-{number:02}", {"prefect.resource.id": "b"})
        get_backend().flush().result()

    monkeypatch.setattr(events, "time", SimpleNamespace(sleep=meanwhile))
    file = tmp_path / "events.jsonl"
    code, out, err = commands.run("events", capsysbinary, "stream", "--output-file", str(file))
    assert (code, out, err) == (130, "", "")
    names = [json.loads(line)["event"] for line in file.read_text().splitlines()]
    assert names == [f"e-{look}-{number:02}" for look in (1, 2, 3) for number in range(60)]
