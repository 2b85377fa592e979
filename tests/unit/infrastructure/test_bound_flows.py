"""Flows that are bound to infrastructure: calling one runs it there, with the code as it is here."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import WorkPoolStorageConfiguration
from prefect.exceptions import ConfigurationError
from prefect.flows import InfrastructureBoundFlow, bind_flow_to_infrastructure
from prefect.infrastructure import process
from prefect.workers.process import ProcessWorker

FOLDER_STEP = """
import argparse, pathlib, shutil
parser = argparse.ArgumentParser()
parser.add_argument("--folder")
parser.add_argument("--key")
parser.add_argument("file", nargs="?")
given = parser.parse_args()
kept = pathlib.Path(given.folder) / given.key
"""
UPLOAD = FOLDER_STEP + "kept.parent.mkdir(parents=True, exist_ok=True)\nshutil.copy(given.file, kept)\n"
EXECUTE = (
    FOLDER_STEP
    + "from prefect.bundles import execute_bundle_from_file\nexecute_bundle_from_file(str(kept))\n"
)


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    """A worker in a thread says that it stops after the result is there: it does so in the home of its own test."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if not thread.daemon:
            thread.join(60)


@process(work_pool="bound", env={"COLOUR": "red"})
@flow
def paint(strokes: int) -> tuple[int, str | None, int]:
    """Return what was painted, and by whom."""
    return doubled(strokes), os.environ.get("COLOUR"), os.getpid()


@process(work_pool="bound")
@flow
async def fail() -> None:
    """Fail."""
    raise ValueError("no paint")


def doubled(number: int) -> int:
    """Return twice a number."""
    return 2 * number


def test_a_call_runs_in_a_process_of_its_own() -> None:
    """The caller has the result as of any call; the process has the environment of the job variables."""
    result, colour, pid = paint(4)
    assert (result, colour) == (8, "red")
    assert pid != os.getpid()


async def test_from_async_code_and_with_failures() -> None:
    """A failure of an async flow is raised where it is awaited, or returned as a state."""
    with pytest.raises(ValueError, match="no paint"):
        await fail()


def test_submitting_returns_at_once() -> None:
    """The future of a submitted run knows its id and, later, its result."""
    future = paint.with_options(name="other", job_variables={"env": {"COLOUR": "blue"}}).submit(1)
    assert future.result(60)[:2] == (2, "blue")
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(future.flow_run_id)
    assert (run.work_pool_name, run.state_name) == ("bound", "Completed")


def test_a_bound_flow_is_a_flow() -> None:
    """It has the options of the flow, and says to what it is bound."""

    @flow(retries=2, name="plain")
    def plain() -> None: ...

    bound = bind_flow_to_infrastructure(plain, "pool", ProcessWorker, job_variables={"a": 1})
    assert isinstance(bound, InfrastructureBoundFlow)
    assert (bound.name, bound.retries, bound.work_pool, bound.job_variables) == ("plain", 2, "pool", {"a": 1})
    changed = bound.with_options(name="changed")
    assert isinstance(changed, InfrastructureBoundFlow)
    assert (changed.name, changed.job_variables, changed.worker_cls) == ("changed", {"a": 1}, ProcessWorker)


async def test_a_run_in_the_pool_is_executed_by_the_worker_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pool that keeps code lets runs be submitted from anywhere; one that does not says what to do."""
    (tmp_path / "upload_step.py").write_text(UPLOAD)
    (tmp_path / "execute_step.py").write_text(EXECUTE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    options = {"folder": str(tmp_path / "kept"), "launcher": [sys.executable]}
    storage = WorkPoolStorageConfiguration(
        bundle_upload_step={"upload_step": options}, bundle_execution_step={"execute_step": options}
    )
    async with get_client() as client:
        for name, kept in (("bound", WorkPoolStorageConfiguration()), ("keeping", storage)):
            wanted = WorkPoolCreate(
                name=name,
                type="process",
                base_job_template=ProcessWorker.get_default_base_job_template(),
                storage_configuration=kept,
            )
            await client.create_work_pool(wanted)
    with pytest.raises(ConfigurationError, match="prefect work-pool storage configure"):
        paint.submit_to_work_pool(1)
    future = bind_flow_to_infrastructure(paint.plain(), "keeping", ProcessWorker).submit_to_work_pool(3)
    assert future.state.name == "Scheduled"
    async with ProcessWorker("keeping") as worker:
        await worker.get_and_submit_flow_runs()
        await worker.poller.until_done()
    assert (await future.aresult())[:2] == (6, None)
