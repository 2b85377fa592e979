"""Reading one section of the settings from environment variables.

This does by hand what a settings library does, for the few types that settings have, because it runs before anything
heavy may be imported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import MISSING, Field, field, fields
from typing import Any

from prefect.exceptions import ConfigurationError

_TRUE = {"1", "true", "yes", "on", "t", "y"}
_FALSE = {"0", "false", "no", "off", "f", "n"}


def setting(
    default: Any = MISSING, *, factory: Callable[[], Any] | None = None, also: str | None = None
) -> Any:
    """Declare a setting with its default; `also` is an older variable that sets it too."""
    if factory is not None:
        return field(default_factory=factory, metadata={"also": also})
    return field(default=default, metadata={"also": also})


def load_section(section: type, prefix: str) -> object:
    """Return a section with what the environment sets; `prefix` begins the names of its variables.

    Raises:
        ConfigurationError: A variable has a value that cannot be used.
    """
    values: dict[str, Any] = {}
    for declared in fields(section):
        for variable in (prefix + declared.name.upper(), declared.metadata["also"]):
            text = os.environ.get(variable) if variable else None
            if variable and text:
                values[declared.name] = _parse(variable, text, declared)
                break
    return section(**values)


def _parse(variable: str, text: str, declared: Field[Any]) -> Any:
    kind = str(declared.type)
    text = text.strip()
    try:
        if kind == "bool":
            return _boolean(text)
        if kind.startswith("int"):
            return int(text)
        if kind.startswith("float"):
            return _numbers(text)
        if kind == "LogLevel":
            return _log_level(text)
        if kind == "list[str]":
            return [part.strip() for part in text.split(",") if part.strip()]
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{variable} is set to {text!r}, which cannot be used: {error}") from error
    return text


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("give true or false.")


def _numbers(text: str) -> float | list[float]:
    if text.startswith("["):
        return [float(number) for number in json.loads(text)]
    if "," in text:
        return [float(number) for number in text.split(",")]
    return float(text)


def _log_level(text: str) -> str:
    level = text.upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise ValueError("give DEBUG, INFO, WARNING, ERROR or CRITICAL.")
    return level
