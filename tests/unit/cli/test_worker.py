"""`prefect worker`, as people and programs call it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from prefect.cli.operations import perform
from prefect.store.work_pools import read_work_pool
from prefect.store.workers import read_workers
from prefect.workers.process import ProcessWorker
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured

done, refused = partial(commands.done, "worker"), partial(commands.refused, "worker")
pool = partial(commands.done, "work-pool")


def test_a_worker_makes_its_pool(tmp_path: Path, capsysbinary: Captured) -> None:
    """A worker that is started in a pool that is not there makes it, with the template that was given."""
    template = ProcessWorker.get_default_base_job_template()
    template["variables"]["properties"]["env"]["default"] = {"A": "1"}
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template))
    code, out, _ = commands.run(
        "worker",
        capsysbinary,
        "start",
        "-p",
        "new",
        "-n",
        "mine",
        "--run-once",
        "--base-job-template",
        str(file),
    )
    assert code == 0
    assert out.splitlines() == [
        "There is no work pool 'new' yet. It is made, of the type 'process'.",
        "Worker 'mine' started!",
        "Worker 'mine' stopped!",
    ]
    assert perform(read_work_pool, "new").base_job_template == template
    assert [worker.name for worker in perform(read_workers, "new")] == ["mine"]


def test_a_paused_pool_is_told(capsysbinary: Captured) -> None:
    """Who starts a worker in a paused pool is told why it takes no runs."""
    pool(capsysbinary, "create", "mine", "--type", "process", "--paused")
    _, out, _ = commands.run("worker", capsysbinary, "start", "--pool", "mine", "--run-once")
    assert out.startswith("Work pool 'mine' is paused")


def test_what_cannot_be_started_says_why(capsysbinary: Captured) -> None:
    """Pools that are missing, types that nobody knows, packages that are not there: nothing is installed."""
    _, said = refused(capsysbinary, "start", "-p", "no", "--no-create-pool-if-not-found")
    assert "There is no work pool 'no'" in said
    _, said = refused(capsysbinary, "start", "-p", "no", "-t", "unheard-of")
    assert "no workers of the type 'unheard-of'" in said
    for policy in ("never", "prompt"):
        _, said = refused(capsysbinary, "start", "-p", "no", "-t", "ecs", "--install-policy", policy)
        assert "Install it with `pip install prefect-aws`" in said
    assert refused(capsysbinary, "start")[0] == 2
    assert refused(capsysbinary, "start", "-p", "no", "--limit", "0")[0] == 2


def test_the_types_of_pools_are_those_of_workers_that_are_here(capsysbinary: Captured) -> None:
    """The template of a type is what its worker says."""
    told = json.loads(pool(capsysbinary, "get-default-base-job-template", "--type", "process"))
    assert told == ProcessWorker.get_default_base_job_template()


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers log to the console; what is looked at here is what they print."""
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "CRITICAL")
