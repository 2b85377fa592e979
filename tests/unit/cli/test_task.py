"""`prefect task serve` and `prefect plugins diagnose`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.cli.commands import Captured, done, refused

TASKS = """
from pathlib import Path
from prefect import task

@task
def leave(name: str) -> None:
    Path(name).write_text("done")

def plain() -> None: ...
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a task."""
    (tmp_path / "own_tasks.py").write_text(TASKS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "own_tasks", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Say which tasks"),
        (("own_tasks.py",), "is no entrypoint"),
        (("own_tasks.py:nope",), "has no function 'nope'"),
        (("own_tasks.py:plain",), "is not a task"),
        (("nofile.py:leave",), "cannot be loaded"),
        (("-m", "no_module"), "cannot be loaded"),
        (("-m", "json"), "has no tasks"),
    ],
)
def test_what_is_no_task_is_refused(capfdbinary: Captured, arguments: tuple[str, ...], told: str) -> None:
    """A worker is only started for tasks that there are."""
    assert told in refused("task", capfdbinary, "serve", *arguments)[1]


@pytest.mark.needs("posix")
@pytest.mark.parametrize("named", [["own_tasks.py:leave"], ["--module", "own_tasks"]])
def test_tasks_are_served_until_told_to_end(here: Path, named: list[str]) -> None:
    """Runs that were stored are done, and SIGTERM ends the worker."""
    store = "from own_tasks import leave; leave.delay('result.txt')"
    subprocess.run(
        [sys.executable, "-c", store], check=True, timeout=30, env={**os.environ, "PYTHONPATH": str(here)}
    )
    command = [sys.executable, "-m", "prefect", "task", "serve", *named, "--limit", "1"]
    with subprocess.Popen(command, cwd=here, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as worker:
        until = time.monotonic() + 30
        while not (here / "result.txt").exists() and worker.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == -signal.SIGTERM
    assert (here / "result.txt").exists()


def test_plugins_are_listed(capfdbinary: Captured, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What packages offer is listed with whether settings admit it, and that nothing is run is said."""
    assert "No package that is installed offers one" in done("plugins", capfdbinary, "diagnose")
    info = here / "own-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.2\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[prefect.plugins]\nfirst = own:hook\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(here))
    monkeypatch.setenv("PREFECT_PLUGINS_DENY", "first")
    told = done("plugins", capfdbinary, "diagnose")
    assert "This release runs no plugins" in told
    assert ["first", "own", "1.2", "own:hook", "no"] in [line.split() for line in told.splitlines()]
