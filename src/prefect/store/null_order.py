"""The place of NULL in orders: the smallest value for SQLite, the largest for PostgreSQL, which is told otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


def ordered_index(definition: str) -> str:
    """Return the columns and the condition of an index for PostgreSQL, in the order that its statements ask for."""
    columns, condition = _split_at_closing(definition)
    return f"({with_nulls_first('ORDER BY ' + columns).removeprefix('ORDER BY ')}){condition}"


def _split_at_closing(definition: str) -> tuple[str, str]:
    depth = 0
    for position, character in enumerate(definition):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return definition[1:position], definition[position + 1 :]
    raise ValueError(f"The definition of an index has no columns in brackets: {definition!r}.")


_AFTER = r"LIMIT\b|OFFSET\b|UNION\b|ROWS\b|RANGE\b|\{FOR_UPDATE|\{SKIP_LOCKED"
_AFTER_ORDER = re.compile(_AFTER)
_PART = re.compile(rf"'[^']*'|[(),]|\bORDER\s+BY\b|\bDESC\b|\bNULLS\b|(?<!\w)(?:{_AFTER})", re.IGNORECASE)
_ID = re.compile(r"\s*(?:\w+\.)?id(?:\s+(?:ASC|DESC))?\s*", re.IGNORECASE)


def with_nulls_first(sql: str) -> str:
    """Return SQL in whose orders NULL is the smallest value, as it is for SQLite.

    For PostgreSQL it is the largest. Ids are never NULL; they are left alone, so that the index of a key serves.
    """
    ends: dict[int, str] = {}
    orders: list[_Item | None] = [None]  # the item of an order in which we are, at each depth of brackets
    for found in _PART.finditer(sql):
        word = found[0].upper()
        item = orders[-1]
        if item is not None and word in {")", ","}:
            item.end(sql, found.start(), ends)
        if word == "(":
            orders.append(None)
        elif word == ")":
            orders.pop()
        elif word.startswith("ORDER") or (word == "," and item is not None):
            orders[-1] = _Item(found.end())
        elif item is not None and word in {"DESC", "NULLS"}:
            item.said.add(word)
        elif item is not None and _AFTER_ORDER.match(word):
            item.end(sql, found.start(), ends)
            orders[-1] = None
    if orders[-1] is not None:
        orders[-1].end(sql, len(sql), ends)
    copied = 0
    pieces: list[str] = []
    for end, nulls in sorted(ends.items()):
        pieces += [sql[copied:end], nulls]
        copied = end
    return "".join(pieces) + sql[copied:]


@dataclass
class _Item:
    """One item of an ORDER BY: where it begins, and which words about its direction it holds."""

    began: int
    said: set[str] = field(default_factory=set[str])

    def end(self, sql: str, position: int, ends: dict[int, str]) -> None:
        """Note what is to be added at the end of the item."""
        text = sql[self.began : position]
        if "NULLS" not in self.said and not _ID.fullmatch(text):
            ends[self.began + len(text.rstrip())] = f" NULLS {'LAST' if 'DESC' in self.said else 'FIRST'}"
