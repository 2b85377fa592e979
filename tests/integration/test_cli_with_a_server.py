"""The commands with a real server: they do the same as without one, and say what is wrong when it does not answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect.backend import close_backends
from tests.conformance.backend.servers import Server
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured
from tests.unit.cli.deploying import deploy


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests of the module."""
    server = Server(tmp_path_factory.mktemp("server") / "home")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def asked(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands ask the server."""
    monkeypatch.setenv("PREFECT_API_URL", server.url)
    yield
    close_backends()
    assert not (home / "prefect.db").exists()


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """Makes names that no other test has used."""
    mark = uuid4().hex[:8]
    return lambda name: f"{name}-{mark}"


Fresh = Callable[[str], str]


@pytest.mark.usefixtures("asked")
def test_pools_and_queues(fresh: Fresh, capsysbinary: Captured) -> None:
    """Pools and queues are made, looked at, changed and deleted on the server."""
    pool = fresh("mine")
    done, answer = (
        partial(commands.done, "work-pool", capsysbinary),
        partial(commands.answer, "work-pool", capsysbinary),
    )
    done("create", pool, "--type", "process")
    assert "already" in commands.refused("work-pool", capsysbinary, "create", pool, "--type", "process")[1]
    done("create", pool, "--type", "process", "--overwrite", "--paused")
    done("set-concurrency-limit", pool, "2")
    shown = answer("inspect", pool)
    assert (shown["is_paused"], shown["concurrency_limit"]) == (True, 2)
    assert pool in [each["name"] for each in answer("ls")]
    assert answer("slots", pool)["active_slots"] == 0
    assert (
        "reserved"
        in commands.refused("work-pool", capsysbinary, "create", "prefect-x", "--type", "process")[1]
    )
    queue = partial(commands.done, "work-queue", capsysbinary)
    queue("create", "urgent", "--pool", pool, "--priority", "1")
    queue("pause", "urgent", "--pool", pool)
    queue("set-concurrency-limit", "urgent", "1", "--pool", pool)
    queues = commands.answer("work-queue", capsysbinary, "ls", "--pool", pool)
    assert [(each["name"], each["is_paused"], each["concurrency_limit"]) for each in queues] == [
        ("urgent", True, 1),
        ("default", False, None),
    ]
    refused = partial(commands.refused, "work-queue", capsysbinary)
    assert "exists already" in refused("create", "urgent", "--pool", pool)[1]
    assert "goes with the pool" in refused("delete", "default", "--pool", pool)[1]
    assert "There is no work queue" in refused("inspect", str(UUID(int=1)))[1]
    queue("delete", "urgent", "--pool", pool)
    done("delete", pool)
    assert "There is no work pool" in commands.refused("work-pool", capsysbinary, "inspect", pool)[1]


@pytest.mark.usefixtures("asked")
def test_deployments(fresh: Fresh, capsysbinary: Captured) -> None:
    """Deployments are looked at, scheduled, run, paused and deleted on the server, and their runs are cancelled."""
    pool, name = fresh("pool"), f"{fresh('etl')}/nightly"
    commands.done("work-pool", capsysbinary, "create", pool, "--type", "process")
    deploy(name, work_pool_name=pool)
    done = partial(commands.done, "deployment", capsysbinary)
    answer, refused = (
        partial(commands.answer, "deployment", capsysbinary),
        partial(commands.refused, "deployment", capsysbinary),
    )
    assert name in [each["full_name"] for each in answer("ls")]
    assert answer("inspect", name)["work_pool_name"] == pool
    run = answer("run", name, "--param", "rows=5", "--job-variable", "stream_output=false")
    assert (run["parameters"], run["job_variables"]) == ({"rows": 5}, {"stream_output": False})
    assert "rows" in refused("run", name, "--param", "rows=many")[1]
    ahead = commands.answer("work-pool", capsysbinary, "preview", pool)
    assert [each["id"] for each in ahead] == [run["id"]]
    startable = commands.answer("work-queue", capsysbinary, "read-runs", "default", "--pool", pool)
    assert [each["id"] for each in startable] == [run["id"]]
    assert "was cancelled" in commands.done("flow-run", capsysbinary, "cancel", run["id"])
    assert "Cancelled" in commands.refused("flow-run", capsysbinary, "cancel", run["id"])[1]
    done("pause", name)
    done("schedule", "create", name, "--cron", "0 6 * * *")
    (schedule,) = answer("schedule", "ls", name)
    done("schedule", "pause", name, schedule["id"])
    assert answer("schedule", "ls", name)[0]["active"] is False
    assert "has no schedule" in refused("schedule", "delete", name, str(UUID(int=1)))[1]
    done("schedule", "clear", name, "-y")
    done("delete", name)
    assert "There is no deployment" in refused("inspect", name)[1]
    flow = name.partition("/")[0]
    assert commands.answer("flow", capsysbinary, "inspect", flow)["flow_runs"] == 1
    commands.done("flow", capsysbinary, "delete", flow)


@pytest.mark.usefixtures("asked")
def test_automations_and_events(fresh: Fresh, capsysbinary: Captured) -> None:
    """Automations are made, changed and deleted on the server; an event is told to it, and is there."""
    name = fresh("late")
    automation: dict[str, Any] = {
        "name": name,
        "trigger": {"type": "event", "expect": ["prefect.flow-run.Late"]},
        "actions": [{"type": "do-nothing"}],
    }
    done = partial(commands.done, "automation", capsysbinary)
    done("create", "--from-json", json.dumps(automation))
    done("pause", name)
    shown = commands.answer("automation", capsysbinary, "inspect", name)
    assert shown["enabled"] is False
    done("update", "--id", shown["id"], "-j", json.dumps({**automation, "description": "new"}))
    assert commands.answer("automation", capsysbinary, "inspect", name)["description"] == "new"
    done("delete", name)
    assert "There is no automation" in commands.refused("automation", capsysbinary, "pause", name)[1]
    event = fresh("loaded")
    commands.done("events", capsysbinary, "emit", event, "--resource-id", "orders")
    told = commands.done(
        "api",
        capsysbinary,
        *("POST", "/events/filter", "--data", json.dumps({"filter": {"event": {"name": [event]}}})),
    )
    assert [each["resource"]["prefect.resource.id"] for each in json.loads(told)["events"]] == ["orders"]


def test_events_as_the_server_records_them(
    server: Server, fresh: Fresh, capsysbinary: Captured, asked: None
) -> None:
    """Somebody who watches sees what others tell the server."""
    arguments = [sys.executable, "-u", "-m", "prefect", "events", "stream", "--format", "text"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        try:
            # It says nothing when it begins, so it is told until it has heard.
            event = fresh("loaded")
            names = iter(f"{event}-{number}" for number in range(100))
            commands.done("events", capsysbinary, "emit", next(names), "--resource-id", "orders")
            telling = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    (
                        "import sys, time\n"
                        "from prefect.events import emit_event\n"
                        "for number in range(200):\n"
                        "    emit_event(sys.argv[1], {'prefect.resource.id': 'orders'})\n"
                        "    time.sleep(0.2)"
                    ),
                    event,
                ]
            )
            try:
                line = watching.stdout.readline()
            finally:
                telling.terminate()
                telling.wait(30)
            assert line.endswith(" orders\n")
            assert event in line
        finally:
            watching.terminate()


@pytest.mark.parametrize(
    "arguments",
    [
        ["flow", "ls"],
        ["flow-run", "ls"],
        ["task-run", "ls"],
        ["flow-run", "inspect", "x"],
        ["deployment", "ls"],
        ["deployment", "run", "a/b"],
        ["work-pool", "create", "x", "--type", "process"],
        ["work-pool", "ls"],
        ["work-queue", "ls"],
        ["automation", "ls"],
        ["variable", "ls"],
        ["block", "ls"],
        ["artifact", "ls"],
        ["events", "emit", "x", "--resource-id", "y"],
        ["events", "stream", "--run-once"],
        ["gcl", "ls"],
        ["concurrency-limit", "ls"],
        ["api", "GET", "/health"],
    ],
)
def test_a_server_that_does_not_answer(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured
) -> None:
    """Where no server answers, a sentence says so, with the address; there is no traceback."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")
    code, err = commands.refused(arguments[0], capsysbinary, *arguments[1:])
    assert code == 1
    assert "127.0.0.1:9" in err
    assert "Is the server running" in err
