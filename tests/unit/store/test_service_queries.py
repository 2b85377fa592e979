"""What services look for again and again is found by index, however large the tables are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect.store import due_runs, retention, scheduled_deployments, tails
from prefect.store.background_deliveries import is_waiting
from prefect.store.dialects import sqlite_text
from prefect.store.foreman import Silence, find_silent
from prefect.store.lapsed_claims import claims_lapsed, hold_all_claims
from prefect.store.sqlite_database import SqliteDatabase
from prefect.store.sqlite_file import connect
from prefect.store.statements import Batch, Transaction
from prefect.store.tables import LOG
from prefect.store.tables.events import EVENT

NOW = datetime(2026, 11, 15, tzinfo=UTC)
LARGE = (
    "flow_run",
    "flow_run_state",
    "task_run",
    "task_run_state",
    "event",
    "event_involved",
    "log",
    "artifact",
    "flow_run_claim",
)
SILENCE = Silence(3, 30, timedelta(60), timedelta(60))
STATES = ("COMPLETED", "RUNNING", "SCHEDULED", "CANCELLED", "PAUSED", "CANCELLING")


def identity(number: int) -> str:
    """Return an id."""
    return str(UUID(int=number + 1))


def fill(connection: sqlite3.Connection) -> None:
    """Put many rows into the tables, and let SQLite know how many."""
    for number in range(1200):
        moment = f"2026-11-{number % 28 + 1:02}T00:00:00.000000Z"
        id_ = identity(number)
        connection.execute(
            "INSERT INTO event (id, occurred, event, resource_id, resource, related, payload, received) "
            "VALUES (?, ?, ?, ?, '{}', '[]', '{}', ?)",
            (id_, moment, f"e{number % 9}", f"r{number % 300}", moment),
        )
        connection.execute(
            "INSERT INTO flow_run (id, name, flow_id, state_id, state_type, state_name, next_scheduled_start_time, "
            "end_time, expected_start_time) VALUES (?, 'n', 'f', ?, ?, 'Scheduled', ?, ?, ?)",
            (id_, id_, STATES[number % len(STATES)], moment, moment, moment),
        )
        connection.execute(
            "INSERT INTO flow_run_state (flow_run_id, timestamp, id, type, name) VALUES (?, ?, ?, 'x', 'x')",
            (id_, moment, id_),
        )
        connection.execute(
            "INSERT INTO task_run (id, name, task_key, dynamic_key, flow_run_id, state_type, expected_start_time) "
            "VALUES (?, 'n', 'k', 'd', ?, 'RUNNING', ?)",
            (id_, identity(number % 300) if number % 3 else None, moment),
        )
        connection.execute(
            "INSERT INTO flow_run_claim (flow_run_id, fence, lease_seconds, expires_at, returns) "
            "VALUES (?, 1, 15, ?, 0)",
            (id_, moment if number % 50 == 0 else None),
        )
        connection.execute(
            "INSERT INTO log (id, name, level, message, timestamp) VALUES (?, 'n', 1, 'm', ?)", (id_, moment)
        )
    connection.execute("ANALYZE")


@pytest.fixture(scope="module")
def connections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, sqlite3.Connection]]:
    """A database of which SQLite knows nothing, and one whose tables it has looked at."""
    folder: Path = tmp_path_factory.mktemp("plans")
    opened: dict[str, sqlite3.Connection] = {}
    for known in ("unknown", "analysed"):
        SqliteDatabase(folder / f"{known}.db").close()  # as a server opens it
        opened[known] = connect(folder / f"{known}.db")
    fill(opened["analysed"])
    yield opened
    for connection in opened.values():
        connection.close()


def scans(connection: sqlite3.Connection, transaction: Transaction[Any]) -> list[str]:
    """Return which large tables the statements of a transaction would read from end to end."""
    found: list[str] = []
    rows: list[Any] = []
    try:
        step = next(transaction)
        while True:
            if isinstance(step, Batch):
                rows = []
            else:
                sql = sqlite_text(step.sql)
                plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", step.parameters)
                found += [
                    line for (_, _, _, line) in plan if line.startswith("SCAN") and line.split()[1] in LARGE
                ]
                rows = connection.execute(sql, step.parameters).fetchall() if sql.startswith("SELECT") else []
            step = transaction.send(rows)
    except StopIteration:
        return found


@pytest.mark.parametrize("known", ["unknown", "analysed"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: due_runs.scheduled_before(NOW, 10),
        due_runs.paused_runs,
        lambda: due_runs.task_runs_of_cancelled(NOW, 10),
        lambda: due_runs.subflows_of_cancelled(NOW, 10),
        lambda: due_runs.cancelling_since(NOW, 10),
        due_runs.running_runs,
        lambda: due_runs.last_heartbeats("r1"),
        lambda: due_runs.is_lease_lapsed(NOW),
        lambda: claims_lapsed(NOW, 10),
        lambda: hold_all_claims(NOW),
        lambda: find_silent(SILENCE, NOW),
        lambda: scheduled_deployments.scheduled_deployments("", 10),
        lambda: scheduled_deployments.scheduled_deployments_changed(NOW, "", 10),
        lambda: retention.delete_old_events(NOW, {"x": NOW}, 10),
        lambda: retention.delete_old_logs(NOW, 10),
        lambda: retention.delete_old_artifacts(NOW, 10),
        lambda: retention.delete_old_runs(NOW, 10),
        lambda: tails.read_behind(EVENT, "received", tails.Place(10, "", ""), 10),
        lambda: tails.read_behind(LOG, "timestamp", tails.Place(10, "", ""), 10),
        lambda: is_waiting(["a"]),
    ],
)
def test_no_large_table_is_read_from_end_to_end(
    connections: dict[str, sqlite3.Connection], known: str, make: Callable[[], Transaction[Any]]
) -> None:
    """Neither a young database nor one that was analysed makes a service slow."""
    assert scans(connections[known], make()) == []
