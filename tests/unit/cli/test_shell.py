"""`prefect shell`: commands of the system's shell as flow runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.commands import Captured, answer, run

pytestmark = pytest.mark.needs("posix")


def test_a_command_is_run_and_recorded(capfdbinary: Captured) -> None:
    """A command is a flow run with its output in the log, and tags to find it by."""
    code, _, _ = run(
        "shell", capfdbinary, "watch", "echo one; echo two", "--tag", "mine", "--flow-run-name", "june"
    )
    assert code == 0
    (found,) = answer("flow-run", capfdbinary, "ls")
    assert (found["name"], found["state"]["name"], found["tags"]) == ("june", "Completed", ["mine", "shell"])
    lines = [line["message"] for line in answer("flow-run", capfdbinary, "logs", found["id"])]
    assert [line for line in lines if line in ("one", "two")] == ["one", "two"]


def test_a_command_that_fails_fails_its_run(capfdbinary: Captured) -> None:
    """The exit code of the command and its errors are told, and the command line ends with 1."""
    code, _, err = run("shell", capfdbinary, "watch", "echo no >&2; exit 3", "--no-stream-stdout")
    assert code == 1
    assert "Command failed with exit code 3" in err
    (found,) = answer("flow-run", capfdbinary, "ls")
    assert found["state"]["name"] == "Failed"
    assert "no" in [line["message"] for line in answer("flow-run", capfdbinary, "logs", found["id"])]


def test_output_may_be_shown_only(capfdbinary: Captured) -> None:
    """Output that is not to be recorded is in no log of the run."""
    assert run("shell", capfdbinary, "watch", "echo one; echo two", "--no-log-output")[0] == 0
    (found,) = answer("flow-run", capfdbinary, "ls")
    lines = [line["message"] for line in answer("flow-run", capfdbinary, "logs", found["id"])]
    assert "one" not in lines


def test_a_command_is_served(capfdbinary: Captured, tmp_path: Path) -> None:
    """A served command is a deployment, whose runs are executed by the process that serves it."""
    command = [
        sys.executable,
        "-m",
        "prefect",
        "shell",
        "serve",
        "echo served",
        "--flow-name",
        "say",
        "--run-once",
    ]

    def serve() -> None:
        done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr

    serve()
    made = answer("deployment", capfdbinary, "run", "say/CLI Runner Deployment")
    serve()
    found = answer("flow-run", capfdbinary, "inspect", made["id"])
    assert (found["state"]["name"], found["tags"]) == ("Completed", ["shell"])
    assert "served" in [line["message"] for line in answer("flow-run", capfdbinary, "logs", made["id"])]
