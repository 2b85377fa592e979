"""What a filter says of one column, as SQL. The parts of filters have the same words wherever they stand."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from prefect.schemas.operators import Operator, OperatorMixin
from prefect.store.columns import json_text, timestamp_text
from prefect.store.conditions import Condition, holds_all, holds_text, is_set, none_of, one_of, together


def on_column(column: str, wanted: BaseModel | None) -> list[Condition]:
    """What a part of a filter wants of a column: none, if it wants nothing.

    It may have `any_`, `not_any_`, `like_`, `is_null_`, `before_`, `after_`, `ge_`, `le_`. A column without a value
    is not among `not_any_` either.
    """
    if wanted is None:
        return []
    conditions: list[Condition] = []
    for word, value in wanted:
        if value is None or word == "operator":
            continue
        match word:
            case "any_":
                conditions.append(one_of(column, _texts(value)))
            case "not_any_":
                conditions.extend([none_of(column, _texts(value))] if value else [])
            case "like_":
                conditions.append(holds_text(column, value))
            case "is_null_":
                conditions.append(is_set(column, not value))
            case "before_":
                conditions.append(Condition(f"{column} <= ?", (timestamp_text(value),)))
            case "after_":
                conditions.append(Condition(f"{column} >= ?", (timestamp_text(value),)))
            case "ge_":
                conditions.append(Condition(f"{column} >= ?", (value,)))
            case "le_":
                conditions.append(Condition(f"{column} <= ?", (value,)))
            case _:
                raise AssertionError(f"{type(wanted).__name__}.{word} has no SQL")
    return [_joined(conditions, wanted)] if conditions else []


def on_tags(column: str, wanted: BaseModel | None) -> list[Condition]:
    """What a part of a filter wants of a column of tags, a JSON list: `all_`, `any_`, `is_null_`."""
    if wanted is None:
        return []
    conditions: list[Condition] = []
    all_: list[str] | None = getattr(wanted, "all_", None)
    any_: list[str] | None = getattr(wanted, "any_", None)
    without: bool | None = getattr(wanted, "is_null_", None)
    if all_ is not None:
        conditions.append(holds_all(column, all_))
    if any_ is not None:
        conditions.append(Condition(f"{{contains_any({column}, ?)}}", (json_text(any_),)))
    if without is not None:
        conditions.append(Condition(f"coalesce({column}, '[]') {'=' if without else '<>'} '[]'"))
    return [_joined(conditions, wanted)] if conditions else []


def among(column: str, other_column: str, table: str, condition: Condition) -> Condition:
    """The column has a value that this column of another table has, in a row for which the condition holds."""
    return Condition(
        f"{column} IN (SELECT {other_column} FROM {table} WHERE {condition.sql})", condition.parameters
    )


def _joined(conditions: list[Condition], wanted: BaseModel) -> Condition:
    return together(conditions, wanted.operator if isinstance(wanted, OperatorMixin) else Operator.and_)


def _texts(values: list[Any]) -> list[str]:
    return [getattr(value, "value", value) for value in values]
