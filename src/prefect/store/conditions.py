"""Conditions of filters as SQL: each is the text of a condition and its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from prefect.schemas.operators import Operator
from prefect.store.columns import json_text


class Condition(NamedTuple):
    """What a row must fulfil."""

    sql: str
    parameters: tuple[Any, ...] = ()


def one_of(column: str, values: Sequence[Any]) -> Condition:
    """The column has one of these values; with none of them to choose from it holds for no row."""
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(map(str, values)))


def none_of(column: str, values: Sequence[Any]) -> Condition:
    """The column has a value, and none of these."""
    return Condition(f"{column} NOT IN ({', '.join('?' * len(values))})", tuple(map(str, values)))


def holds_text(column: str, text: str) -> Condition:
    """The column holds this text, whatever its case; % and _ are wildcards."""
    return Condition(f"{column} {{ilike}} '%' || ? || '%' ESCAPE '\\'", (text.replace("\\", "\\\\"),))


def begins_with(column: str, prefixes: Sequence[str]) -> Condition:
    """The column begins with one of these texts."""
    parts = [Condition(f"substr({column}, 1, length(?)) = ?", (prefix, prefix)) for prefix in prefixes]
    return together(parts, Operator.or_) if parts else Condition("FALSE")


def is_set(column: str, wanted: bool) -> Condition:
    """The column has a value, or has none."""
    return Condition(f"{column} IS {'NOT ' if wanted else ''}NULL")


def holds_all(column: str, values: Iterable[str]) -> Condition:
    """The JSON list in the column holds all of these values."""
    return Condition(f"{{contains_all({column}, ?)}}", (json_text(list(values)),))


def together(conditions: Sequence[Condition], operator: Operator = Operator.and_) -> Condition:
    """All of these conditions hold, or one of them; where there are none, every row is meant."""
    if not conditions:
        return Condition("TRUE")
    word = " AND " if operator is Operator.and_ else " OR "
    return Condition(
        f"({word.join(condition.sql for condition in conditions)})",
        tuple(value for condition in conditions for value in condition.parameters),
    )
