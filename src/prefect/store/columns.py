"""Column types and their codecs: how a value of the vocabulary is kept in the database, and read back.

Identifiers and times are text that sorts (`2026-01-31T12:00:00.000000Z`), so that a file can be read with any SQLite
tool; durations are seconds; everything nested is JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from pydantic import BaseModel

_JSON_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


_WITHOUT_OFFSET = len("2026-01-31T12:00:00.000000")


def timestamp_text(value: datetime) -> str:
    """Return a time as text of fixed width in UTC, which sorts as the times do."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    if value.microsecond and type(value) is datetime:
        # A tenth of the time that `isoformat` takes; but orjson leaves out microseconds that are none.
        return orjson.dumps(value, option=orjson.OPT_UTC_Z)[1:-1].decode()
    return value.isoformat(timespec="microseconds")[:_WITHOUT_OFFSET] + "Z"


_LONG_NUMBER = re.compile(r"\d{19}")


def uuid_text(value: UUID) -> str:
    """Return an id as text, in a third of the time that `str` takes; orjson knows no subclass, as drivers have."""
    return orjson.dumps(value)[1:-1].decode() if type(value) is UUID else str(value)


_EMPTY: dict[type, str] = {list: "[]", dict: "{}"}
"""The JSON of empty collections, which most runs have for tags, labels and inputs."""


def json_text(value: Any) -> str:
    """Return a value as JSON; what JSON has no form for is kept as its text."""
    if not value and type(value) in _EMPTY:
        return _EMPTY[type(value)]
    if isinstance(value, BaseModel):
        return value.model_dump_json(exclude_defaults=True)
    try:
        return orjson.dumps(value, default=_json_fallback, option=_JSON_OPTIONS).decode()
    except TypeError:
        # Text with lone surrogates, integers over 64 bits, keys of odd types: slower, and what JSON lacks is replaced.
        return json.dumps(_plain(value), default=_json_fallback)


def _plain(value: Any) -> Any:
    """Return nested collections with what JSON has no form for replaced: odd keys, lone surrogates, NaN."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {text(str(key)): _plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - a dictionary of anything
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType] - a collection of anything
    return value


def json_value(stored: str) -> Any:
    """Return the value of stored JSON; numbers over 64 bits, which orjson reads as floats, are read exactly."""
    return json.loads(stored) if _LONG_NUMBER.search(stored) else orjson.loads(stored)


def text(value: Any) -> str:
    """Return text that can be stored: lone surrogates, which no encoding has, become question marks."""
    if isinstance(value, Enum):
        return value.value
    if value.isascii():
        return value
    return value.encode("utf-8", "replace").decode()


def _json_fallback(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a collection of anything
    return str(value)


def _seconds(value: timedelta | float) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value


class ColumnType(NamedTuple):
    """A type of columns: its SQL, how to write a value (never None) and how to read one, and its SQL on PostgreSQL."""

    sql: str
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any] | None = None
    postgres: str = 'TEXT COLLATE "C"'


UUID_COLUMN = ColumnType("TEXT", uuid_text)
TEXT_COLUMN = ColumnType("TEXT", text)
TIMESTAMP_COLUMN = ColumnType("TEXT", timestamp_text)
JSON_COLUMN = ColumnType("TEXT", json_text, json_value, "JSON")
"""On PostgreSQL JSON and not JSONB, which would sort the keys of objects and change the form of numbers."""
TAGS_COLUMN = ColumnType("TEXT", json_text, json_value, "JSONB")
"""A list of texts by which rows are found; on PostgreSQL it has an index of its own."""
INTEGER_COLUMN = ColumnType("INTEGER", int, None, "BIGINT")
BOOLEAN_COLUMN = ColumnType("INTEGER", int, bool, "BIGINT")
SECONDS_COLUMN = ColumnType("REAL", _seconds, None, "DOUBLE PRECISION")
