"""Very many runs, written into the file of a server as copies of one."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID


def text(moment: datetime) -> str:
    """Return a time as the file has it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def copy(file: Path, table: str, row_id: str, changes: list[dict[str, object]]) -> None:
    """Copy a row of a table, once for each change of it, under ids of their own."""
    with sqlite3.connect(file, timeout=30) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        (row,) = connection.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (row_id,))
        first = dict(zip(columns, row, strict=True))
        marks = ", ".join("?" * len(columns))
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            (
                tuple(({**first, "id": str(UUID(int=number + 1, version=4)), **change}).values())
                for number, change in enumerate(changes)
            ),
        )
    connection.close()


def many_task_runs(file: Path, row_id: str, count: int, at_once: int = 16) -> None:
    """Copy a task run: so many, of which some run at once, each for some seconds."""
    begun = datetime.now(UTC)
    changes: list[dict[str, object]] = []
    for number in range(count):
        start = begun + timedelta(seconds=number // at_once * 3 + number % at_once * 0.1)
        end = start + timedelta(seconds=2.2 + number % 7 * 0.1)
        failed = number % 50 == 7
        changes.append(
            {
                "name": f"work-{number}",
                "dynamic_key": f"copy-{number}",
                "state_type": "FAILED" if failed else "COMPLETED",
                "state_name": "Failed" if failed else "Completed",
                "expected_start_time": text(start),
                "start_time": text(start),
                "end_time": text(end),
                "updated": text(end),
            }
        )
    copy(file, "task_run", row_id, changes)


def many_flow_runs(file: Path, row_id: str, count: int) -> None:
    """Copy a flow run: so many, one a minute back from now."""
    now = datetime.now(UTC)
    changes: list[dict[str, object]] = []
    for number in range(count):
        start = text(now - timedelta(minutes=number + 1))
        failed = number % 20 == 7
        changes.append(
            {
                "name": f"run-{number}",
                "idempotency_key": None,
                "state_type": "FAILED" if failed else "COMPLETED",
                "state_name": "Failed" if failed else "Completed",
                "expected_start_time": start,
                "start_time": start,
                "end_time": start,
            }
        )
    copy(file, "flow_run", row_id, changes)
