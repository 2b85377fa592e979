"""A table, written once: its SQL, and how a row is made from an object and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prefect.store.columns import TAGS_COLUMN, ColumnType
from prefect.store.dialects import Dialect
from prefect.store.null_order import ordered_index
from prefect.store.statements import Row

NULLS_LAST = " NULLS LAST"
"""After a column of an index: statements order by it so. SQLite has no such indexes, and needs none."""


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
    served_indexes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Indexes for what only a server is asked for. In a SQLite file they are made when a server first opens it, so that
    the processes that record their own runs need not keep them up while no server has been there."""
    ordered: bool = False
    """Whether rows can be read in the order in which they were written: see `{order_of(TABLE)}` of the dialects."""

    def create_statements(self, dialect: Dialect = "sqlite") -> list[str]:
        """Return the SQL that creates the table, then that of each index."""
        lines = [self.column_definition(name, dialect) for name in self.columns]
        if self.ordered and dialect == "postgres":
            # The transaction that wrote the row. SQLite has the row's number, as its transactions follow one another.
            lines.append("number BIGINT NOT NULL DEFAULT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)")
        lines.append(f"PRIMARY KEY ({', '.join(self.primary_key)})")
        if dialect == "sqlite":
            lines.extend(f"UNIQUE ({column})" for column in self.unique)
        options = self.options if dialect == "sqlite" else ""
        table = f"CREATE TABLE {self.name} ({', '.join(lines)}) {options}".rstrip()
        return [table, *self.index_statements(dialect).values()]

    def column_definition(self, name: str, dialect: Dialect = "sqlite", *, added: bool = False) -> str:
        """Return the SQL of a column; one that is added to rows that are there already may be empty."""
        type_ = self.columns[name]
        required = not added and (name in self.not_null or name in self.primary_key)
        sql = type_.sql if dialect == "sqlite" else type_.postgres
        return f"{name} {sql}{' NOT NULL' if required else ''}"

    def index_statements(self, dialect: Dialect = "sqlite") -> dict[str, str]:
        """Return the SQL that creates each index, by the name of the index."""
        if dialect == "sqlite":
            return {
                name: f"CREATE INDEX {name} ON {self.name} {what.replace(NULLS_LAST, '')}"
                for name, what in self.indexes.items()
            }
        made = {
            name: f"CREATE INDEX {name} ON {self.name} {ordered_index(what)}"
            for name, what in {**self.indexes, **self.served_indexes}.items()
        }
        for columns in self.unique:  # not as a constraint, whose index could not serve orders
            name = f"{self.name}_unique_{columns.replace(', ', '_')}"
            made[name] = f"CREATE UNIQUE INDEX {name} ON {self.name} {ordered_index(f'({columns})')}"
        if self.ordered:
            made[f"{self.name}_by_number"] = f"CREATE INDEX {self.name}_by_number ON {self.name} (number)"
        for column, type_ in self.columns.items():
            if type_ is TAGS_COLUMN:
                name = f"{self.name}_by_{column}"
                made[name] = f"CREATE INDEX {name} ON {self.name} USING GIN ({column})"
        return made

    def served_index_statements(self) -> list[str]:
        """Return the SQL by which a server adds to a SQLite file the indexes that it needs."""
        return [
            f"CREATE INDEX IF NOT EXISTS {name} ON {self.name} {what.replace(NULLS_LAST, '')}"
            for name, what in self.served_indexes.items()
        ]

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
