"""Starting the programs of these tests as real processes, and looking at what they recorded."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"
ENOUGH = 60
"""How many seconds a program may take on a very slow machine before it counts as hanging."""


def start(program: str, home: Path, *arguments: str | Path, **settings: str) -> subprocess.Popen[str]:
    """Start a program with its runs recorded in `home`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "INFO", **settings}
    return subprocess.Popen(
        [sys.executable, str(PROGRAMS / f"{program}.py"), *map(str, arguments)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str], given: str = "") -> tuple[str, str]:
    """Give a process its input, wait for its end, and return what it printed; it must end well."""
    output, errors = end(process, given)
    assert process.returncode == 0, errors
    return output, errors


def end(process: subprocess.Popen[str], given: str = "") -> tuple[str, str]:
    """Give a process its input, wait for its end, well or not, and return what it printed."""
    try:
        return process.communicate(given, timeout=ENOUGH)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        raise AssertionError(f"The process hangs. It said:\n{output}\n{errors}") from None


@contextmanager
def recorded(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a home as any SQLite tool would."""
    connection = sqlite3.connect(home / "prefect.db", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query on a home's database."""
    with recorded(home) as connection:
        return connection.execute(sql).fetchall()


def integrity(home: Path) -> str:
    """Return what SQLite thinks of the file: "ok"."""
    return rows(home, "PRAGMA integrity_check")[0][0]


def side_by_side(cases: Mapping[str, Callable[[], None]]) -> None:
    """Try cases that mostly wait at the same time; the failure of each is told with its name."""
    with ThreadPoolExecutor(len(cases)) as lanes:
        tried = {name: lanes.submit(case) for name, case in cases.items()}
    failed = {name: error for name, outcome in tried.items() if (error := outcome.exception()) is not None}
    assert not failed, "\n\n".join(
        f"{name}:\n{''.join(traceback.format_exception(error))}" for name, error in failed.items()
    )
