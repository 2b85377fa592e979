"""Job variables: what a deployment or a run may set of the jobs that a worker starts, and their schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import GenerateJsonSchema

_DEFINITIONS = "#/definitions/{model}"


class BaseVariables(BaseModel):
    """The variables of all types of workers; a type adds its own in a subclass.

    Attributes:
        name: What the infrastructure of the run is called.
        env: Variables of the environment; null unsets one.
        labels: Labels of the infrastructure.
        command: The command that executes the run; by default the worker knows one.
    """

    name: str | None = Field(
        default=None, description="What the infrastructure that a worker creates is called."
    )
    env: dict[str, str | None] = Field(
        default_factory=dict,
        title="Environment Variables",
        description="Environment variables of the flow run's process. Null unsets one.",
    )
    labels: dict[str, str] = Field(
        default_factory=dict, description="Labels of the infrastructure that a worker creates."
    )
    command: str | None = Field(
        default=None,
        description="The command that executes the flow run; the worker's own if you leave it empty.",
    )

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool | None = True,
        ref_template: str = _DEFINITIONS,
        schema_generator: type[GenerateJsonSchema] = GenerateJsonSchema,
        mode: Literal["validation", "serialization"] = "validation",
        *,
        union_format: Literal["any_of", "primitive_type_array"] = "any_of",
    ) -> dict[str, Any]:
        """Return the schema of the variables, with its definitions where forms look for them: under `definitions`."""
        schema = super().model_json_schema(
            by_alias is not False, ref_template, schema_generator, mode, union_format=union_format
        )
        return with_definitions(schema)


def with_definitions(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with `definitions` in the place of `$defs`."""
    return {"definitions" if key == "$defs" else key: value for key, value in schema.items()}
