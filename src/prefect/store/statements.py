"""What a transaction is made of."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

R = TypeVar("R")

Row: TypeAlias = Mapping[str, Any]
"""One row of an answer, by column name, as the database holds it."""


class Statement(NamedTuple):
    """One SQL statement with its parameters."""

    sql: str
    parameters: Sequence[Any] | Mapping[str, Any] = ()


class Batch(NamedTuple):
    """One SQL statement that is run for each row of parameters; it answers no rows."""

    sql: str
    rows: Iterable[Sequence[Any]]


Transaction: TypeAlias = Generator[Statement | Batch, list[Row], R]
"""Statements that belong together; the generator's return value is the transaction's result."""
