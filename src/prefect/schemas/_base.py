"""The two bases of every noun: what the server returns ignores unknown fields, what callers send forbids them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from prefect._ids import uuid7

Labels = dict[str, bool | int | float | str]
"""Key-value labels of a run, a flow or a deployment."""


class Record(BaseModel):
    """What the server returns or the engine keeps. Unknown fields are ignored, so that versions can differ."""

    model_config = ConfigDict(
        extra="ignore", defer_build=True, from_attributes=True, ser_json_timedelta="float"
    )


class Body(BaseModel):
    """What a caller sends. Unknown fields are refused, so that a typing mistake is not lost silently."""

    model_config = ConfigDict(extra="forbid", defer_build=True, ser_json_timedelta="float")


M = TypeVar("M", bound=BaseModel)


def record_of(kind: type[M], values: dict[str, Any]) -> M:
    """Return a record of values that are known to fit, all of its fields, without checking them.

    For what the store reads: it was checked when it was written, and checking costs more than all the rest of reading.
    """
    record = kind.__new__(kind)
    set_attribute = object.__setattr__
    set_attribute(record, "__dict__", values)
    set_attribute(record, "__pydantic_fields_set__", set(values))
    set_attribute(record, "__pydantic_extra__", None)
    set_attribute(record, "__pydantic_private__", None)
    return record


class Identified(Record):
    """A record with an id and the times at which it was stored and last changed (UTC, set by the store)."""

    _fresh_fields: ClassVar[frozenset[str]] = frozenset({"id", "created", "updated"})

    id: UUID = Field(default_factory=uuid7)
    created: datetime | None = None
    updated: datetime | None = None

    def reset_fields(self, **changes: Any) -> Mapping[str, Any]:
        """Return the field values for a copy that is a new object: no id and no times of its own yet."""
        kept = {name: value for name, value in self if name not in self._fresh_fields}
        return {**kept, **changes}
