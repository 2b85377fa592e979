"""The few types that settings have: how a value is read from text or TOML, and written as text.

A kind is named as in the annotation of the setting (`int | None`). This does by hand what a validation library does,
because it runs before anything heavy may be imported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, cast, get_args

from prefect.settings.durations import duration, duration_text
from prefect.settings.secret import SecretStr, revealed

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
WhenMissingFlow = Literal["warn", "error", "ignore"]
DatabaseDriver = Literal["postgresql+asyncpg", "sqlite+aiosqlite"]
RetryDelay = int | float | list[float]
"""Seconds before a retry, or a list: before the first retry, the second …"""

_TRUE = {"1", "true", "yes", "on", "t", "y"}
_FALSE = {"0", "false", "no", "off", "f", "n"}


def read_value(kind: str, given: Any) -> Any:
    """Return what a text, a TOML value or a Python value means for a setting of this kind.

    Raises:
        TypeError, ValueError: It cannot be used; the message says what to give.
    """
    kind, optional, _ = kind.partition(" | None")
    if given is None and optional:
        return None
    given = revealed(given)
    return _READERS[kind](given.strip() if isinstance(given, str) and kind != "Any" else given)


def as_text(value: Any) -> str:
    """Return a value as an environment variable holds it."""
    value = revealed(value)
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        import json  # few settings are written in it

        return json.dumps({key: as_text(part) for key, part in items})
    if isinstance(value, (set, frozenset)):
        return ",".join(sorted(map(str, cast("set[Any]", value))))
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, cast("list[Any]", value)))
    return str(value)


def as_json(value: Any, *, include_secrets: bool = False) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value() if include_secrets else str(value)
    if isinstance(value, (timedelta, Path)):
        return as_text(value)
    if isinstance(value, Mapping):
        return {key: as_json(part) for key, part in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, (set, frozenset)):
        return sorted(cast("set[Any]", value), key=str)
    return value


def _boolean(given: Any) -> bool:
    text = str(given).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("give true or false.")


def _whole_number(given: Any) -> int:
    if isinstance(given, str) or (isinstance(given, (int, float)) and given == int(given)):
        try:
            return int(given)
        except ValueError:
            pass
    raise ValueError("give a whole number.")


def _number(given: Any) -> float:
    if isinstance(given, (str, int, float)):
        try:
            return float(given)
        except ValueError:
            pass
    raise ValueError("give a number.")


def _text(given: Any) -> str:
    if isinstance(given, (str, int, float, Path)):
        return str(given)
    raise TypeError("give a text.")


def _duration(given: Any) -> timedelta:
    if isinstance(given, timedelta):
        return given
    if isinstance(given, (int, float)):
        return timedelta(seconds=given)
    return duration(_text(given))


def _path(given: Any) -> Path:
    return Path(_text(given)).expanduser()


def _choice(*choices: str) -> Callable[[Any], str]:
    by_lower_case = {choice.lower(): choice for choice in choices}

    def choose(given: Any) -> str:
        chosen = by_lower_case.get(str(given).lower())
        if chosen is None:
            raise ValueError(f"give {', '.join(choices[:-1])} or {choices[-1]}.")
        return chosen

    return choose


def _from_json(text: str) -> Any:
    import json  # few settings are written in it

    return json.loads(text)


def _members(given: Any) -> list[Any]:
    """Return the members of a collection, of a JSON array, or of a text with commas."""
    if isinstance(given, str):
        if given.startswith("["):
            return _from_json(given)
        return [part.strip() for part in given.split(",") if part.strip()]
    if isinstance(given, Collection) and not isinstance(given, Mapping):
        return list(cast("Collection[Any]", given))
    raise TypeError("give a list.")


def _names(given: Any) -> list[str]:
    return [] if given is None else [_text(member) for member in _members(given)]


def _status_codes(given: Any) -> set[int]:
    if given is None:
        return set()
    codes = {_whole_number(member) for member in ([given] if isinstance(given, int) else _members(given))}
    if any(not 100 <= code <= 599 for code in codes):
        raise ValueError("give HTTP status codes, which are between 100 and 599.")
    return codes


def _retry_delay(given: Any) -> RetryDelay:
    if isinstance(given, str) and "," not in given and not given.startswith("["):
        seconds = _number(given)
        return int(seconds) if seconds == int(seconds) else seconds
    if isinstance(given, (int, float)):
        return given
    return [_number(member) for member in _members(given)]


def _table(given: Any) -> dict[str, Any]:
    value = _from_json(given) if isinstance(given, str) else given
    if not isinstance(value, Mapping):
        raise TypeError('give a JSON object, such as {"name": "value"}.')
    return {str(key): part for key, part in cast("Mapping[Any, Any]", value).items()}


def _texts_by_name(given: Any) -> dict[str, str]:
    return {key: _text(part) for key, part in _table(given).items()}


def _durations_by_name(given: Any) -> dict[str, timedelta]:
    return {key: _duration(part) for key, part in _table(given).items()}


def _names_or_truth(given: Any) -> set[str] | bool | None:
    if given is None or str(given).lower() in ("", "none", "null"):
        return None
    if isinstance(given, bool) or str(given).lower() in _TRUE | _FALSE:
        return _boolean(given)
    return set(_names(given))


_READERS: dict[str, Callable[[Any], Any]] = {
    "Any": lambda given: given,
    "bool": _boolean,
    "int": _whole_number,
    "float": _number,
    "str": _text,
    "Path": _path,
    "SecretStr": lambda given: SecretStr(_text(given)),
    "timedelta": _duration,
    "LogLevel": _choice(*get_args(LogLevel)),
    "WhenMissingFlow": _choice(*get_args(WhenMissingFlow)),
    "DatabaseDriver": _choice(*get_args(DatabaseDriver)),
    "RetryDelay": _retry_delay,
    "list[str]": _names,
    "set[str]": lambda given: set(_names(given)),
    "set[int]": _status_codes,
    "dict[str, str]": _texts_by_name,
    "dict[str, timedelta]": _durations_by_name,
    "set[str] | bool": _names_or_truth,
}
