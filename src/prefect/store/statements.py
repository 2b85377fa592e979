"""What a transaction is made of."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

R = TypeVar("R")

Row: TypeAlias = Mapping[str, Any]
"""One row of an answer, by column name, as the database holds it."""


class Statement(NamedTuple):
    """One SQL statement with its parameters."""

    sql: str
    parameters: Sequence[Any] | Mapping[str, Any] = ()


class Gathered(Statement):
    """A SELECT of many rows that are read as one, where that is quicker; they hold what JSON holds."""

    __slots__ = ()


class Batch(NamedTuple):
    """One SQL statement that is run for each row of parameters; it answers no rows.

    `group` is the part of an INSERT that may be repeated, "(?, ?)", so that one statement can take several rows.
    """

    sql: str
    rows: Sequence[Sequence[Any]]
    group: str | None = None


Transaction: TypeAlias = Generator[Statement | Batch, list[Row], R]
"""Statements that belong together; the generator's return value is the transaction's result."""
