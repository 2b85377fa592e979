"""A process that was away for longer than its claim holds, and comes back, writes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from prefect._clock import now
from prefect._fences import EXIT_CODE
from prefect.backend import get_backend
from prefect.schemas.flow_runs import FlowRun
from prefect.store.lapsed_claims import end_lapsed
from tests.faults.processes import ENOUGH, PROGRAMS
from tests.integration.server.serving import serving
from tests.unit.store.claiming import claim, fence_of, now_is
from tests.unit.store.deploying import deploy, run_of
from tests.unit.store.runs import written

pytestmark = pytest.mark.needs("posix")


@pytest.fixture(params=["embedded", "server"])
def api(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """What a process has to know to write to the database of this test: directly, or by a server."""
    with ExitStack() as stack:
        yield {} if request.param == "embedded" else {"PREFECT_API_URL": stack.enter_context(serving()).url}


def executing(run: FlowRun, fence: int, api: dict[str, str], **how: Any) -> subprocess.Popen[str]:
    """Start a process that executes a run, and wait until it is in the middle of it."""
    environment = {
        **os.environ,
        **api,
        "PREFECT__FLOW_RUN_ID": str(run.id),
        "PREFECT__FLOW_RUN_FENCE": str(fence),
        "PREFECT__FLOW_ENTRYPOINT": f"{PROGRAMS / 'kept_waiting.py'}:kept_waiting",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect.engine"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "ready\n", process.communicate()
    return process


def recorded(run: FlowRun) -> tuple[Any, int, int]:
    """Return what there is of a run: its state, how many task runs, how many lines of "step"."""
    backend = get_backend()
    lines = [line for line in backend.list_logs(flow_run_id=run.id) if line.message.startswith("step")]
    return now_is(run.id).state_name, backend.count_task_runs(flow_run_id=run.id), len(lines)


def test_who_has_the_claim_writes_as_ever(api: dict[str, str], home: Path) -> None:
    """A process with the valid number runs the flow to its end."""
    run = run_of(deploy())
    process = executing(run, fence_of(claim(run)), api)
    _, errors = process.communicate("\n", timeout=ENOUGH)
    assert process.returncode == 0, errors
    assert recorded(run) == ("Completed", 4, 4)


@pytest.mark.parametrize("leads", [True, False])
def test_a_process_that_was_away_for_too_long_writes_nothing(api: dict[str, str], leads: bool) -> None:
    """It was stopped, the claim lapsed, and the run crashed; when it goes on it ends at once and changes nothing."""
    run = run_of(deploy())
    process = executing(run, fence_of(claim(run)), api, start_new_session=leads)
    process.send_signal(signal.SIGSTOP)
    assert written(lambda: end_lapsed(run.id, now() + timedelta(seconds=60)))
    before = recorded(run)
    assert before[0] == "Crashed"
    process.send_signal(signal.SIGCONT)
    _, errors = process.communicate("\n", timeout=ENOUGH)
    assert process.returncode == (-signal.SIGKILL if leads else EXIT_CODE)
    assert f"flow run {run.id} is executed by another process now" in errors
    assert recorded(run) == before
