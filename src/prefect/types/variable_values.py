"""What a variable may hold: a value that JSON has, not too long, of exactly the type that was given."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeAlias

import orjson
from pydantic import BeforeValidator, StrictBool, StrictFloat, StrictInt, StrictStr

MAX_VARIABLE_VALUE_LENGTH = 5000
"""How many bytes the JSON of a value may have."""


def check_variable_value(value: object) -> object:
    """Return the value of a variable as it is.

    Raises:
        ValueError: It has no form in JSON, or its JSON is too long.
    """
    try:
        document = orjson.dumps(value)
    except TypeError as error:
        raise ValueError("Variable value must be serializable to JSON") from error
    if len(document) > MAX_VARIABLE_VALUE_LENGTH:
        raise ValueError(f"Variable value must be less than {MAX_VARIABLE_VALUE_LENGTH} characters")
    if b"null" in document:
        _check_numbers(value)
    return value


def _check_numbers(value: object) -> None:
    """Refuse NaN and infinity, which would come back as null."""
    try:
        json.dumps(value, allow_nan=False, default=str)
    except ValueError as error:
        raise ValueError("Variable value must be serializable to JSON: it holds NaN or infinity") from error


VariableValue: TypeAlias = (
    StrictStr | StrictInt | StrictBool | StrictFloat | dict[str, Any] | list[Any] | None
)
StrictVariableValue: TypeAlias = Annotated[VariableValue, BeforeValidator(check_variable_value)]
