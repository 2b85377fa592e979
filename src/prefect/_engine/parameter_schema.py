"""The JSON schema of a flow's parameters, by which forms are made and parameters are checked without the code."""

from __future__ import annotations

import contextlib
import inspect
import typing
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUserError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError, to_jsonable_python

from prefect._engine.parameter_docstrings import parameter_docstrings
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
    """Return the schema of a function's parameters, described as its docstring does.

    Types that have no JSON schema are left open, and defaults that JSON has no form for left out.
    """
    schema = ParameterSchema()
    told = parameter_docstrings(fn.__doc__)
    for position, (name, declared) in enumerate(signature_of(fn).parameters.items()):
        annotation, default = _annotation(fn, name, declared.annotation), declared.default
        description = {"description": told[name]} if name in told else {}
        field = default if isinstance(default, FieldInfo) else None
        if field is not None:
            annotation = typing.Annotated[annotation, field]
            default = _default_of(field)
        described = _described(annotation, schema.definitions)
        described = {**description, **described} if field is not None else {**described, **description}
        if default is inspect.Parameter.empty:
            if declared.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
                schema.required.append(name)
        else:
            with contextlib.suppress(PydanticSerializationError):
                described = {"default": to_jsonable_python(default), **described}
        schema.properties[name] = dict(sorted({**described, "position": position, "title": name}.items()))
    return schema


def _annotation(fn: Callable[..., Any], name: str, annotation: Any) -> Any:
    """Return the type of a parameter; what cannot be found here may be anything."""
    if annotation is inspect.Parameter.empty:
        return Any
    known = getattr(inspect.unwrap(fn), "__globals__", {})
    alone = SimpleNamespace(__annotations__={name: annotation})
    try:
        return typing.get_type_hints(alone, known, include_extras=True)[name]
    except Exception:  # whatever an annotation that is a text may raise
        return Any


def _default_of(field: FieldInfo) -> Any:
    return inspect.Parameter.empty if field.is_required() else field.get_default(call_default_factory=True)


def _described(annotation: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    try:
        adapter = TypeAdapter[Any](annotation, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        # Types with a configuration of their own (models, dataclasses, typed dicts) take none from outside.
        adapter = TypeAdapter[Any](annotation)
    try:
        # Of several, models are referred to even where they are the whole.
        found, shared = TypeAdapter.json_schemas(
            [("it", "validation", adapter)], ref_template="#/definitions/{model}"
        )
    except PydanticInvalidForJsonSchema:
        return {}
    definitions.update(shared.get("$defs", {}))
    return found["it", "validation"]
