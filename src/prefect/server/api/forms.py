"""Forms of pages: are the values that somebody has filled in what is wanted?"""

from __future__ import annotations

import functools
from typing import Any, TypeAlias

from prefect.schemas._base import Record
from prefect.schemas.variables import VariableFilter, VariableFilterName
from prefect.server.api.form_values import errors_of_form, variables_named, work_out
from prefect.server.api.refusals import Refused
from prefect.server.api.surroundings import Surroundings
from prefect.store.variables import read_variables


class SchemaValuePropertyError(Record):
    """What is wrong with a field of a form."""

    property: str
    errors: list[SchemaValueError]


class SchemaValueIndexError(Record):
    """What is wrong with an item of a list in a form."""

    index: int
    errors: list[SchemaValueError]


SchemaValueError: TypeAlias = str | SchemaValuePropertyError | SchemaValueIndexError


class SchemaValuesValidationResponse(Record):
    """What is wrong with the values of a form."""

    errors: list[SchemaValueError]
    valid: bool


async def validate_obj(
    here: Surroundings, schema: dict[str, Any], values: dict[str, Any]
) -> SchemaValuesValidationResponse:
    """Say whether values fit a schema.

    Args:
        here: The surroundings.
        schema: The JSON schema.
        values: The values; objects with `__prefect_kind` stand for others.

    Raises:
        Refused: The schema cannot be used.
    """
    names = sorted(variables_named(values))
    variables: dict[str, Any] = {}
    if names:
        wanted = VariableFilter(name=VariableFilterName(any_=names))
        found = await here.read(functools.partial(read_variables, wanted, limit=len(names)))
        variables = {variable.name: variable.value for variable in found}
    try:
        errors = errors_of_form(work_out(values, variables), schema)
    except ValueError as error:
        raise Refused(422, f"Invalid schema: {error}") from error
    return SchemaValuesValidationResponse(errors=errors, valid=not errors)
