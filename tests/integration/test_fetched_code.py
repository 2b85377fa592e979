"""A runner executes flows whose code it fetches: the newest of it, wherever it lies."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from prefect import flow
from prefect.backend import close_backends, get_backend
from prefect.deployments import run_deployment
from prefect.runner import Runner
from prefect.runner.storage import GitRepository, LocalStorage
from prefect.schemas.flow_runs import FlowRun
from prefect.store.flow_runs import read_flow_run

pytestmark = [pytest.mark.needs("posix"), pytest.mark.needs("git"), pytest.mark.timeout(240)]

CODE = """
from prefect import flow
from numbers_of_the_test import NUMBER

@flow
def etl():
    if NUMBER != {number}:
        raise ValueError(NUMBER)
"""


def commit(folder: Path, number: int) -> None:
    """Put code into a repository."""
    (folder / "flows").mkdir(parents=True, exist_ok=True)
    (folder / "flows" / "etl.py").write_text(CODE.format(number=number))
    (folder / "flows" / "numbers_of_the_test.py").write_text(f"NUMBER = {number}")
    for command in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=me", "-c", "user.email=me@example.org", "commit", "--quiet", "--message=more"],
    ):
        subprocess.run(
            ["git", *command], cwd=folder, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        )


def executed(deployment: Any) -> FlowRun:
    """Ask for a run of a deployment, let a runner execute it, and return it."""
    runner = Runner()
    runner.add_deployment(deployment)
    asked = run_deployment(deployment.full_name, timeout=0)
    asyncio.run(runner.start(run_once=True))
    close_backends()
    return get_backend().perform(read_flow_run, asked.id).result()


@pytest.mark.parametrize("kind", ["git", "local"])
def test_a_runner_executes_the_code_that_it_fetches(kind: str, tmp_path: Path) -> None:
    """What lies beside the flow is found too, and code that is newer than the deployment is what runs."""
    commit(tmp_path / "code", 1)
    storage = (
        GitRepository(f"file://{tmp_path / 'code'}")
        if kind == "git"
        else LocalStorage(str(tmp_path / "code"))
    )
    deployment = flow.from_source(storage, "flows/etl.py:etl").to_deployment(kind)
    commit(tmp_path / "code", 2)
    run = executed(deployment)
    assert run.state is not None
    assert run.state.is_completed(), run.state


def test_a_runner_executes_a_flow_that_only_this_process_knows() -> None:
    """A flow inside of a function can be served, though no other process could load it."""

    @flow
    def inner() -> None: ...

    run = executed(inner.to_deployment("inner"))
    assert run.state is not None
    assert run.state.is_completed(), run.state
