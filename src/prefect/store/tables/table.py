"""A table, written once: its SQL, and how a row is made from an object and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prefect.store.columns import ColumnType
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
