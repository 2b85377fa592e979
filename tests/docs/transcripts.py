"""Pages that show files and what commands say about them: read, and done as they say.

A `python` block whose first line is `# NAME.py` is a file; other kinds are named the same way. A `console` block has
commands behind `$ ` and under each what it prints; `...` stands for anything. `ID` in a command is the id of the newest
flow run without one around it. A command that is meant to fail says so in a comment: `$ prefect ... # fails`.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to"
PREFECT = Path(sys.executable).with_name("prefect.exe" if sys.platform == "win32" else "prefect")
PROGRAMS = {"python": [sys.executable], "prefect": [str(PREFECT)]}

_BLOCK = re.compile(r"^```(python|toml|yaml|console|\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"# ([\w./-]+\.\w+)\n")


class Block(NamedTuple):
    """A block of a page: what kind it is, and its text."""

    kind: str
    text: str

    @property
    def file_name(self) -> str | None:
        """The name of the file that it is, if it is one."""
        found = _NAME.match(self.text)
        return found[1] if found else None


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in their order."""
    return [Block(*found) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def do_as_shown(page: Path, folder: Path) -> None:
    """Write the files of a page into a folder, run its commands there, and compare what they print."""
    for block in blocks(page):
        if block.file_name:
            (folder / block.file_name).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE):
                _compare(command, shown, folder)


def _compare(command: str, shown: str, folder: Path) -> None:
    words = shlex.split(command, comments=True)
    if "ID" in words:
        words[words.index("ID")] = newest_flow_run(folder)
    done = run(words, folder)
    said = f"$ {command}\n{done.stdout}{done.stderr}"
    assert (done.returncode != 0) == command.endswith(("# fails", "# dies")), said
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.OutputChecker().check_output(shown, done.stdout, flags), (
        f"{said}\nbut the page shows:\n{shown}"
    )


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a page to its end."""
    program, *arguments = words
    return subprocess.run(
        [*PROGRAMS[program], *arguments],
        cwd=folder,
        # As at a terminal: what was printed is there, however the process ends.
        env={**os.environ, "COLUMNS": "120", "PYTHONUNBUFFERED": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )


def newest_flow_run(folder: Path) -> str:
    """Return the id of the newest flow run that no other one called."""
    runs = json.loads(run(["prefect", "flow-run", "ls", "--output", "json"], folder).stdout)
    return next(one["id"] for one in runs if one["parent_task_run_id"] is None)
