"""Tables that are read in the order in which they are written, to tell what is new to those who follow.

A place in such a table is safe with several writers: a row that is committed late is never behind it.
"""

from __future__ import annotations

from typing import NamedTuple

from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.table import Table


class Place(NamedTuple):
    """How far a table was read: the number of the last row, its time, and its id."""

    number: int
    time: str
    id: str


def read_end(table: Table, time: str) -> Transaction[Place]:
    """Return the place behind all rows that are there now; `time` is as in `read_behind`."""
    order = f"{{order_of({table.name})}}"
    rows = yield Statement(
        f"SELECT {order} AS place, {table.name}.{time} AS time, {table.name}.id AS id FROM {table.name} "
        f"WHERE {order} < {{settled}} ORDER BY {order} DESC, {table.name}.{time} DESC, {table.name}.id DESC LIMIT 1"
    )
    return Place(rows[0]["place"], rows[0]["time"], rows[0]["id"]) if rows else Place(0, "", "")


def read_behind(table: Table, time: str, place: Place, limit: int) -> Transaction[tuple[Place, list[Row]]]:
    """Return the rows behind a place, and the place behind them.

    Args:
        table: The table; one that is `ordered`.
        time: The column that tells the order of rows which one transaction has written.
        place: Where to begin.
        limit: How many rows at most.
    """
    order, later = f"{{order_of({table.name})}}", f"({table.name}.{time}, {table.name}.id)"
    rows = yield Statement(
        f"SELECT {order} AS place, {table.name}.* FROM {table.name} "
        f"WHERE {order} >= ? AND ({order} > ? OR {later} > (CAST(? AS TEXT), CAST(? AS TEXT))) "
        f"AND {order} < {{settled}} ORDER BY {order}, {table.name}.{time}, {table.name}.id LIMIT ?",
        (place.number, place.number, place.time, place.id, limit),
    )
    return (Place(rows[-1]["place"], rows[-1][time], rows[-1]["id"]) if rows else place), rows
