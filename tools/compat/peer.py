"""The environment with the published package: made once from the list of pins, used again until the list changes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).with_name("requirements.txt")
PLACE = ROOT / ".compat" / "peer"


def interpreter() -> Path:
    """Return the interpreter of the environment, which is made if it is not there."""
    python = PLACE / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = PLACE / "made-from.txt"
    wanted = hashlib.sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8") == wanted and python.exists():
        return python
    print(f"making the environment of the published package in {PLACE.relative_to(ROOT)}", flush=True)
    shutil.rmtree(PLACE, ignore_errors=True)
    base = getattr(sys, "_base_executable", None) or sys.executable
    if uv := shutil.which("uv"):
        commands = [
            [uv, "venv", "--quiet", "--python", base, PLACE],
            [uv, "pip", "install", "--quiet", "--no-config", "--python", python, "--requirement", PINS],
        ]
    else:
        commands = [
            [base, "-m", "venv", PLACE],
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", PINS],
        ]
    for command in commands:
        subprocess.run(command, check=True)
    # Its first start is slow enough without compiling a thousand modules.
    subprocess.run([python, "-m", "compileall", "-q", PLACE / "lib"], check=False, capture_output=True)
    stamp.write_text(wanted, "utf-8")
    return python
