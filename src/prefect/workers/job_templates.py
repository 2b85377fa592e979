"""Job templates: what the jobs of a pool look like, with variables in it that deployments and runs fill in.

A template has the configuration of a job, in which `{{ name }}` stands for a variable, and the schema of the variables
with their defaults. Deployments and runs give values; what has neither value nor default is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from prefect.blocks.template_values import resolve_block_document_references, resolve_variables
from prefect.exceptions import InfrastructureError
from prefect.utilities.templating import apply_values

if TYPE_CHECKING:
    from prefect.workers.job_configuration import BaseJobConfiguration
    from prefect.workers.job_variables import BaseVariables

CONTEXT_PREFIX = "ctx."
"""What placeholders begin with that are filled in when the flow run is known."""


def default_template(
    configuration: type[BaseJobConfiguration], variables: type[BaseVariables] | None
) -> dict[str, Any]:
    """Return the template of the jobs of a type of workers, where nobody has given another.

    Args:
        configuration: The configuration of its jobs.
        variables: The variables in it; by default one for each field of the configuration.
    """
    schema = (variables or configuration).model_json_schema()
    properties: dict[str, dict[str, Any]] = schema.get("properties") or {}
    told = {key: value for key, value in schema.items() if key != "title"}
    told["properties"] = {
        name: {key: value for key, value in property.items() if key != "template"}
        for name, property in properties.items()
    }
    return {"job_configuration": configuration.json_template(), "variables": told}


def merged_values(template: Mapping[str, Any], *given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values of the variables of a template: its defaults, and over them what was given, the last wins.

    Environments are merged; other values are replaced. A default of null is none: what it stands for is left out.
    """
    properties = cast("Mapping[str, Mapping[str, Any]]", template["variables"].get("properties") or {})
    values: dict[str, Any] = {
        name: property["default"]
        for name, property in properties.items()
        if property.get("default") is not None
    }
    for each in given:
        if each:
            environment: dict[str, Any] = {**(values.get("env") or {}), **(each.get("env") or {})}
            values |= each
            if environment or "env" in each:
                values["env"] = environment
    return values


async def filled_in(
    template: Mapping[str, Any], values: Mapping[str, Any], client: Any = None
) -> dict[str, Any]:
    """Return the configuration of a job: that of the template, with values for its variables.

    References to blocks and variables are looked up, in the values and in the template.

    Args:
        template: The template of the pool.
        values: What deployments and runs say of its variables.
        client: What reads blocks and variables; by default they are read where the settings say.

    Raises:
        InfrastructureError: The template is not whole.
        ObjectNotFound: A block that is referred to does not exist.
    """
    missing = [key for key in ("job_configuration", "variables") if key not in template]
    if missing:
        raise InfrastructureError(
            f"The base job template of the work pool has no {' and no '.join(map(repr, missing))}. Set one with "
            "`prefect work-pool update NAME --base-job-template FILE`."
        )
    known = await _looked_up(merged_values(template, values), client)
    filled = await _looked_up(
        apply_values(template["job_configuration"], known, skip_prefixes=[CONTEXT_PREFIX]), client
    )
    if isinstance(filled.get("env"), dict):
        filled["env"] = {**filled["env"], **(known.get("env") or {})}
    return filled


async def _looked_up(values: dict[str, Any], client: Any) -> dict[str, Any]:
    return await resolve_variables(
        await resolve_block_document_references(values, client=client), client=client
    )
