"""The tables, written once: their SQL, and how a row is made from an object and read back.

Task runs, states and logs are written behind the code that runs, in batches. They refer to their run without a foreign
key, so that a run which somebody deletes while it runs cannot make a whole batch fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prefect.store.columns import (
    BOOLEAN_COLUMN,
    INTEGER_COLUMN,
    JSON_COLUMN,
    SECONDS_COLUMN,
    TEXT_COLUMN,
    TIMESTAMP_COLUMN,
    UUID_COLUMN,
    ColumnType,
)
from prefect.store.statements import Row


@dataclass(frozen=True)
class Table:
    """A table: its columns in order, the SQL after them, and its indexes by name."""

    name: str
    columns: Mapping[str, ColumnType]
    primary_key: tuple[str, ...] = ("id",)
    options: str = ""
    not_null: frozenset[str] = frozenset()
    unique: tuple[str, ...] = ()
    indexes: Mapping[str, str] = field(default_factory=dict[str, str])

    def create_statements(self) -> list[str]:
        """Return the SQL that creates the table and its indexes."""
        lines = [
            f"{name} {type_.sql}{' NOT NULL' if name in self.not_null or name in self.primary_key else ''}"
            for name, type_ in self.columns.items()
        ]
        lines.append(f"PRIMARY KEY ({', '.join(self.primary_key)})")
        lines.extend(f"UNIQUE ({column})" for column in self.unique)
        table = f"CREATE TABLE {self.name} ({', '.join(lines)}) {self.options}".rstrip()
        return [table, *(f"CREATE INDEX {name} ON {self.name} {what}" for name, what in self.indexes.items())]

    @property
    def group(self) -> str:
        """The marks for the parameters of one row, as they stand in `insert` and `upsert`."""
        return f"({', '.join('?' * len(self.columns))})"

    @property
    def insert(self) -> str:
        """SQL that inserts one whole row; a row that is already there is left alone."""
        return (
            f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES {self.group} ON CONFLICT DO NOTHING"
        )

    @property
    def upsert(self) -> str:
        """SQL that inserts one whole row or replaces the row with its key, whose creation time it keeps."""
        kept = {*self.primary_key, "created"}
        changes = ", ".join(f"{name} = excluded.{name}" for name in self.columns if name not in kept)
        return (
            f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES {self.group} "
            f"ON CONFLICT ({', '.join(self.primary_key)}) DO UPDATE SET {changes}"
        )

    def update(self, changed: Iterable[str]) -> str:
        """SQL that changes some columns of the row with a given id; parameters are the values, then the id."""
        return f"UPDATE {self.name} SET {', '.join(f'{name} = ?' for name in changed)} WHERE id = ?"

    def encode(self, values: Mapping[str, Any], only: tuple[str, ...] | None = None) -> list[Any]:
        """Return the parameters of one whole row, or of some columns in their order."""
        if only is not None:
            columns = self.columns
            return [
                None if (value := values.get(name)) is None else columns[name].encode(value) for name in only
            ]
        return [
            None if (value := values.get(name)) is None else encode(value) for name, encode in self._encoders
        ]

    def decode(self, row: Row) -> dict[str, Any]:
        """Return the values of a row in a form that the vocabulary's classes take."""
        values = {name: row[name] for name in self.columns}
        for name, decode in self._decoders:
            if values[name] is not None:
                values[name] = decode(values[name])
        return values

    def __post_init__(self) -> None:
        object.__setattr__(self, "_encoders", [(n, t.encode) for n, t in self.columns.items()])
        object.__setattr__(self, "_decoders", [(n, t.decode) for n, t in self.columns.items() if t.decode])

    _encoders: list[tuple[str, Callable[[Any], Any]]] = field(init=False, repr=False, compare=False)
    _decoders: list[tuple[str, Callable[[Any], Any]]] = field(init=False, repr=False, compare=False)


_RUN_TIMES = {
    "expected_start_time": TIMESTAMP_COLUMN,
    "next_scheduled_start_time": TIMESTAMP_COLUMN,
    "start_time": TIMESTAMP_COLUMN,
    "end_time": TIMESTAMP_COLUMN,
    "total_run_time": SECONDS_COLUMN,
}
_STORED = {"created": TIMESTAMP_COLUMN, "updated": TIMESTAMP_COLUMN}
_STATE = {
    "type": TEXT_COLUMN,
    "name": TEXT_COLUMN,
    "message": TEXT_COLUMN,
    "state_details": JSON_COLUMN,
    "data": JSON_COLUMN,
}

FLOW = Table(
    "flow",
    {"id": UUID_COLUMN, **_STORED, "name": TEXT_COLUMN, "tags": JSON_COLUMN, "labels": JSON_COLUMN},
    not_null=frozenset({"name"}),
    unique=("name",),
)

FLOW_RUN = Table(
    "flow_run",
    {
        "id": UUID_COLUMN,
        **_STORED,
        "name": TEXT_COLUMN,
        "flow_id": UUID_COLUMN,
        "state_id": UUID_COLUMN,
        "state_type": TEXT_COLUMN,
        "state_name": TEXT_COLUMN,
        "deployment_id": UUID_COLUMN,
        "deployment_version": TEXT_COLUMN,
        "work_queue_name": TEXT_COLUMN,
        "work_queue_id": UUID_COLUMN,
        "work_pool_id": UUID_COLUMN,
        "work_pool_name": TEXT_COLUMN,
        "flow_version": TEXT_COLUMN,
        "parameters": JSON_COLUMN,
        "idempotency_key": TEXT_COLUMN,
        "context": JSON_COLUMN,
        "empirical_policy": JSON_COLUMN,
        "tags": JSON_COLUMN,
        "labels": JSON_COLUMN,
        "parent_task_run_id": UUID_COLUMN,
        "run_count": INTEGER_COLUMN,
        **_RUN_TIMES,
        "auto_scheduled": BOOLEAN_COLUMN,
        "infrastructure_document_id": UUID_COLUMN,
        "infrastructure_pid": TEXT_COLUMN,
        "created_by": JSON_COLUMN,
        "job_variables": JSON_COLUMN,
    },
    not_null=frozenset({"flow_id", "name"}),
    indexes={
        "flow_run_by_idempotency_key": "(flow_id, idempotency_key) WHERE idempotency_key IS NOT NULL",
        "flow_run_by_flow": "(flow_id, expected_start_time DESC)",
        "flow_run_by_expected_start": "(expected_start_time DESC, id)",
        "flow_run_by_state": "(state_type, expected_start_time DESC)",
        "flow_run_by_name": "(name)",
        "flow_run_by_parent": "(parent_task_run_id) WHERE parent_task_run_id IS NOT NULL",
        "flow_run_by_end": "(end_time)",
    },
)

FLOW_RUN_STATE = Table(
    "flow_run_state",
    {"flow_run_id": UUID_COLUMN, "timestamp": TIMESTAMP_COLUMN, "id": UUID_COLUMN, **_STATE},
    primary_key=("flow_run_id", "timestamp", "id"),
    options="WITHOUT ROWID",
    not_null=frozenset({"type", "name"}),
)

TASK_RUN = Table(
    "task_run",
    {
        "id": UUID_COLUMN,
        **_STORED,
        "name": TEXT_COLUMN,
        "flow_run_id": UUID_COLUMN,
        "task_key": TEXT_COLUMN,
        "dynamic_key": TEXT_COLUMN,
        "cache_key": TEXT_COLUMN,
        "cache_expiration": TIMESTAMP_COLUMN,
        "task_version": TEXT_COLUMN,
        "empirical_policy": JSON_COLUMN,
        "tags": JSON_COLUMN,
        "labels": JSON_COLUMN,
        "state_id": UUID_COLUMN,
        "state_type": TEXT_COLUMN,
        "state_name": TEXT_COLUMN,
        "task_inputs": JSON_COLUMN,
        "run_count": INTEGER_COLUMN,
        "flow_run_run_count": INTEGER_COLUMN,
        **_RUN_TIMES,
    },
    not_null=frozenset({"name", "task_key", "dynamic_key"}),
    indexes={
        "task_run_by_flow_run": "(flow_run_id, expected_start_time, id)",
        "task_run_by_expected_start": "(expected_start_time DESC, id)",
        "task_run_by_name": "(name)",
    },
)

TASK_RUN_STATE = Table(
    "task_run_state",
    {"task_run_id": UUID_COLUMN, "timestamp": TIMESTAMP_COLUMN, "id": UUID_COLUMN, **_STATE},
    primary_key=("task_run_id", "timestamp", "id"),
    options="WITHOUT ROWID",
    not_null=frozenset({"type", "name"}),
)

LOG = Table(
    "log",
    {
        "id": UUID_COLUMN,
        "name": TEXT_COLUMN,
        "level": INTEGER_COLUMN,
        "message": TEXT_COLUMN,
        "timestamp": TIMESTAMP_COLUMN,
        "flow_run_id": UUID_COLUMN,
        "task_run_id": UUID_COLUMN,
    },
    not_null=frozenset({"name", "level", "message", "timestamp"}),
    indexes={
        "log_by_flow_run": "(flow_run_id, timestamp, id) WHERE flow_run_id IS NOT NULL",
        "log_by_task_run": "(task_run_id, timestamp, id) WHERE task_run_id IS NOT NULL",
        "log_by_time": "(timestamp)",
    },
)

TABLES = (FLOW, FLOW_RUN, FLOW_RUN_STATE, TASK_RUN, TASK_RUN_STATE, LOG)
