"""Types of settings for models of your own: they take the texts that variables hold."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from prefect.types.delimited_texts import validate_set_T_from_delim_string

StatusCode: TypeAlias = Annotated[int, Field(ge=100, le=599)]
"""A status code of HTTP."""


def parse_retry_delay_input(value: Any) -> Any:
    """Return seconds, or a list of them, from a text such as "1" or "1,2,4"; None from an empty text.

    Raises:
        ValueError: There is something else than numbers in it.
    """
    if not isinstance(value, str):
        return value
    numbers: list[float] = []
    for part in value.split(",") if value.strip() else ():
        try:
            numbers.append(float(part))
        except ValueError:
            raise ValueError(
                f"Invalid number format {part.strip()!r} for retry delay. Give seconds, or several with commas."
            ) from None
    if not numbers:
        return None
    return numbers[0] if len(numbers) == 1 else numbers


def _seconds(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return value  # a duration as ISO 8601 writes it
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return timedelta(seconds=value) if is_number else value


def _from_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


ClientRetryExtraCodes: TypeAlias = Annotated[
    str | StatusCode | set[StatusCode] | None,
    BeforeValidator(partial(validate_set_T_from_delim_string, type_=StatusCode)),
]
"""Status codes: a set, or a text with commas."""

JsonStringOrDict: TypeAlias = Annotated[dict[str, str], BeforeValidator(_from_json)]
"""A dictionary of texts, or one written in JSON."""

SecondsTimeDelta: TypeAlias = Annotated[timedelta, BeforeValidator(_seconds)]
"""A length of time; a number counts seconds."""

TaskRetryDelaySeconds: TypeAlias = Annotated[
    str | int | float | list[float] | None, BeforeValidator(parse_retry_delay_input)
]
"""Seconds before a retry, or a list of them; a text with commas is one too."""
