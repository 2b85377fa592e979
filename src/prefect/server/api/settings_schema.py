"""The settings as a model, for the document of the API."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema, create_model

from prefect.settings.kinds import DatabaseDriver, LogLevel, RetryDelay, WhenMissingFlow
from prefect.settings.section import Declared, Section

_Masked = Annotated[str, WithJsonSchema({"type": "string", "format": "password"})]
"""A secret: answered masked, so it is not only written, as pydantic's own type would say."""

# Collections may be given as text too.
_TYPES: Mapping[str, Any] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "timedelta": timedelta,
    "Path": Path,
    "SecretStr": _Masked,
    "LogLevel": LogLevel,
    "DatabaseDriver": DatabaseDriver,
    "WhenMissingFlow": WhenMissingFlow,
    "RetryDelay": RetryDelay | str,
    "set[str]": set[str] | str,
    "set[int]": set[int] | int | str,
    "list[str]": list[str],
    "dict[str, str]": dict[str, str],
    "dict[str, timedelta]": dict[str, timedelta],
    "set[str] | bool": set[str] | bool,
}


@functools.cache
def settings_model(section: type[Section]) -> type[BaseModel]:
    """Return a model with the fields of a section of the settings, and of those below it."""
    fields: dict[str, Any] = {name: _field(declared) for name, declared in section.own_settings.items()}
    for name in section.own_sections:
        fields[name] = (settings_model(section.class_below(name)), ...)
    return create_model(section.__name__, **fields)


def _field(declared: Declared) -> Any:
    kind, is_optional = declared.kind.removesuffix(" | None"), declared.kind.endswith(" | None")
    type_ = _TYPES.get(kind, Any)
    return (type_ | None if is_optional else type_, Field(description=declared.description))
