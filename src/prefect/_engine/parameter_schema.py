"""The JSON schema of a flow's parameters, by which forms are made and parameters are checked without the code."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUserError
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from prefect._engine.parameters import signature_of


class ParameterSchema(BaseModel):
    """The parameters of a function as a JSON schema; `position` keeps their order."""

    title: typing.Literal["Parameters"] = "Parameters"
    type: typing.Literal["object"] = "object"
    properties: dict[str, Any] = Field(default_factory=dict)
    required: list[str] = Field(default_factory=list)
    definitions: dict[str, Any] = Field(default_factory=dict)

    def model_dump_for_openapi(self) -> dict[str, Any]:
        """Return the schema as a plain dictionary."""
        return self.model_dump(mode="python", exclude_none=True)


def parameter_schema(fn: Callable[..., Any]) -> ParameterSchema:
    """Return the schema of a function's parameters; types that have no JSON schema are left open."""
    schema = ParameterSchema()
    try:
        hints = typing.get_type_hints(fn, include_extras=True)
    except Exception:
        hints = {}
    for position, (name, declared) in enumerate(signature_of(fn).parameters.items()):
        described = _described(hints.get(name, Any), schema.definitions)
        default = declared.default
        if isinstance(default, FieldInfo):
            described = {**_described(typing.Annotated[hints.get(name, Any), default], schema.definitions)}
            default = (
                inspect.Parameter.empty
                if default.is_required()
                else default.get_default(call_default_factory=True)
            )
        if default is inspect.Parameter.empty:
            if declared.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
                schema.required.append(name)
        else:
            described = {"default": to_jsonable_python(default, fallback=repr), **described}
        schema.properties[name] = {**described, "position": position, "title": name}
    return schema


def _described(annotation: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    try:
        adapter = TypeAdapter[Any](annotation, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        # Types with a configuration of their own (models, dataclasses, typed dicts) take none from outside.
        adapter = TypeAdapter[Any](annotation)
    try:
        described = adapter.json_schema(ref_template="#/definitions/{model}")
    except PydanticInvalidForJsonSchema:
        return {}
    definitions.update(described.pop("$defs", {}))
    return described
