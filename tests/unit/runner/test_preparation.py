"""What the launcher process has ready for the processes of runs."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from prefect.backend import get_backend
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.runner.launching.forks import forking_is_possible
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.starting import Launching
from prefect.store.deployment_runs import DeploymentFlowRunCreate, create_flow_run_from_deployment

pytestmark = pytest.mark.needs("posix")

SOURCE = """
import sys
from pathlib import Path
from prefect import flow

@flow(log_prints=True)
def tells(path: str) -> None:
    print("so that lines are logged, too")
    Path(path).write_text(" ".join(name for name in sys.modules if not name.startswith("encodings")))
"""
PROGRAM = """
import sys
from pathlib import Path

before = set(sys.modules)

def main():
    Path(sys.argv[1]).write_text(" ".join(before))
"""


def test_a_run_loads_nothing_that_the_launcher_could_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the process of every run loads is loaded before it is forked; add to the list what this test names."""
    if not forking_is_possible():
        pytest.skip("this system has no pidfd")
    monkeypatch.chdir(tmp_path)
    Path("flows.py").write_text(SOURCE, encoding="utf-8")
    Path("program.py").write_text(PROGRAM, encoding="utf-8")

    async def launch() -> None:
        async with Launching(forks=True) as launching:
            order = LaunchOrder(
                module="program", arguments=("prepared",), environment=dict(os.environ), cwd=tmp_path
            )
            assert await (await launching.start(order)).wait() == 0

    asyncio.run(launch())
    runner = Runner()
    id_ = runner.add_deployment(RunnerDeployment.from_entrypoint("flows.py:tells", "tells"))
    wanted = DeploymentFlowRunCreate(parameters={"path": str(tmp_path / "loaded")})
    get_backend().perform(create_flow_run_from_deployment, id_, wanted).result()
    asyncio.run(runner.start(run_once=True))
    prepared, loaded = (set(Path(name).read_text().split()) for name in ("prepared", "loaded"))
    assert "prefect.engine" in prepared
    assert sorted(name for name in loaded - prepared if not name.startswith("__")) == []
