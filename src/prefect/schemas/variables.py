"""Variables: named values that are kept beside the code and read by it."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body, Identified
from prefect.schemas.operators import OperatorMixin
from prefect.types.names import MAX_VARIABLE_NAME_LENGTH, VariableName
from prefect.types.variable_values import StrictVariableValue, VariableValue


class Variable(Identified):
    """A variable as it is stored."""

    name: str = Field(max_length=MAX_VARIABLE_NAME_LENGTH)
    value: VariableValue
    tags: list[str] = Field(default_factory=list)


class VariableCreate(Body):
    """Create a variable."""

    name: VariableName
    value: StrictVariableValue
    tags: list[str] | None = None


class VariableUpdate(Body):
    """Change a variable; only the fields that are set are changed."""

    name: VariableName | None = None
    value: StrictVariableValue = None
    tags: list[str] | None = None


class VariableFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None


class VariableFilterName(Body):
    """Which names. `like_` finds names that hold the text, whatever its case; % and _ are wildcards."""

    any_: list[str] | None = None
    like_: str | None = None


class VariableFilterTags(OperatorMixin, Body):
    """Which tags: all of `all_`, or none at all with `is_null_`."""

    all_: list[str] | None = None
    is_null_: bool | None = None


class VariableFilter(OperatorMixin, Body):
    """Which variables."""

    id: VariableFilterId | None = None
    name: VariableFilterName | None = None
    tags: VariableFilterTags | None = None


class VariableSort(str, Enum):
    """In which order variables are listed."""

    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_DESC = "NAME_DESC"
    NAME_ASC = "NAME_ASC"
