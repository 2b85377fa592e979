"""Types of fields that several nouns share, under the names that users import."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, Strict

from prefect.schemas.orchestration import StateDetailsOfAnswer


def _none_is_empty(value: Any) -> Any:
    return {} if value is None else value


_LabelValue = Annotated[bool, Strict()] | Annotated[int, Strict()] | Annotated[float, Strict()] | str

KeyValueLabelsField: TypeAlias = Annotated[dict[str, _LabelValue], BeforeValidator(_none_is_empty)]
"""Key-value labels; none are an empty dictionary."""

Name: TypeAlias = Annotated[str, Field(pattern=r"^[^/%&><]+$")]
"""A name without characters that mean something in URLs."""

NameOrEmpty: TypeAlias = Annotated[str, Field(pattern=r"^[^/%&><]*$")]
"""The same, or nothing."""


def _not_blank(value: Any) -> Any:
    if isinstance(value, str) and not value.strip(" '\""):
        raise ValueError("name cannot be an empty string")
    return value


NonEmptyishName: TypeAlias = Annotated[Name, BeforeValidator(_not_blank)]
"""A name that is more than quotes and blanks."""

NonNegativeInteger: TypeAlias = Annotated[int, Field(ge=0)]
"""0 or more."""

PositiveInteger: TypeAlias = Annotated[int, Field(gt=0)]
"""1 or more."""

NonNegativeFloat: TypeAlias = Annotated[float, Field(ge=0.0)]
"""0 or more."""

StateResponseDetails: TypeAlias = StateDetailsOfAnswer
"""What orchestration says of a proposed state besides."""
