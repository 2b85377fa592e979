"""A full disk and a read-only one: a clear error, no hang, and a sound file afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import end, finish, integrity, rows, start


def mount(folder: Path, options: str) -> None:
    """Mount a small disk in memory, or change how it is mounted; skip the test where that is not allowed."""
    if shutil.which("mount") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip(
            "needs a disk of its own: only root on Linux may mount one; run these tests as root in a container"
        )
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        pytest.skip(f"needs a disk of its own: mount is not allowed here ({done.stderr.strip()})")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=2m")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_harms_nothing(disk: Path) -> None:
    """A run that fills the disk ends with an error that says so; with room again the next run works."""
    process = start("until_full", disk)
    output, errors = end(process)
    assert process.returncode == 1
    assert "DatabaseError" in errors
    assert "is full. Free some space" in errors
    assert "500" not in output
    assert integrity(disk) == "ok"
    mount(disk, "remount,size=100m")
    assert finish(start("until_full", disk))[0] == "500\n"
    assert rows(disk, "SELECT count(*) FROM flow_run WHERE state_type = 'COMPLETED'") == [(1,)]
    assert integrity(disk) == "ok"


def test_a_disk_that_is_full_from_the_start_is_told(disk: Path) -> None:
    """Where not even an empty database fits, the error says what is the matter."""
    (disk / "filler").write_bytes(b"x" * (2 * 1024 * 1024))
    process = start("until_full", disk / "home")
    _, errors = end(process)
    assert process.returncode == 1
    assert "DatabaseError" in errors
    assert "full" in errors or "No space left" in errors


def test_a_read_only_disk_is_told(disk: Path) -> None:
    """On a disk that takes no writes the error names the folder and the setting, whether or not runs are there."""
    finish(start("many_flows", disk / "used", "0"), "go\n")
    mount(disk, "remount,ro")
    for home in ("used", "new"):
        process = start("many_flows", disk / home, "0")
        _, errors = end(process, "go\n")
        assert process.returncode == 1
        assert "DatabaseError: Runs cannot be recorded" in errors
        assert str(disk / home) in errors
        assert "PREFECT_HOME" in errors
