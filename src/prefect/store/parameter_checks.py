"""Whether parameters of flows and variables of jobs fit their schemas, which whoever deployed them wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from prefect._json_schema import explain_misfit
from prefect.exceptions import RequestRefused
from prefect.store.statements import Row, Statement, Transaction


def check_parameters(
    parameters: Mapping[str, Any], schema: Mapping[str, Any] | None, failing: str, status: int = 409
) -> None:
    """Check the parameters of a flow.

    Args:
        parameters: The parameters.
        schema: What they must fit; None fits all.
        failing: How the error begins, as in "Error creating flow run".
        status: The HTTP status that says so.

    Raises:
        RequestRefused: They do not fit.
    """
    _check(parameters, schema, failing, status)


def check_job_variables(
    variables: Mapping[str, Any], template: Mapping[str, Any] | None, failing: str, *, whole: bool
) -> None:
    """Check variables of jobs against the template of a work pool.

    Args:
        variables: The variables.
        template: The base job template of the pool.
        failing: How the error begins.
        whole: There must be all that the template requires and has no default for.

    Raises:
        RequestRefused: They do not fit.
    """
    schema: Mapping[str, Any] = (template or {}).get("variables") or {}
    if not schema:
        return
    if not whole:
        _check(variables, without_required(schema), failing, 422)
        return
    properties: Mapping[str, Any] = schema.get("properties") or {}
    defaults = {
        name: cast("Mapping[str, Any]", part)["default"]
        for name, part in properties.items()
        if isinstance(part, dict) and "default" in part
    }
    _check({**defaults, **variables}, schema, failing, 422)


def without_required(schema: Any) -> Any:
    """Return a schema that is fitted by values that are not whole yet."""
    if isinstance(schema, dict):
        parts = cast("dict[str, Any]", schema)
        return {
            name: without_required(part)
            for name, part in parts.items()
            if not (name == "required" and isinstance(part, list))
        }
    if isinstance(schema, list):
        return [without_required(part) for part in cast("list[Any]", schema)]
    return schema


def _check(values: Mapping[str, Any], schema: Mapping[str, Any] | None, failing: str, status: int) -> None:
    if not schema:
        return
    try:
        misfit = explain_misfit(dict(values), schema)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, re.error) as error:
        misfit = f"the schema itself cannot be understood: {error!r}"
    if misfit is not None:
        raise RequestRefused(f"{failing}: {misfit}", status)


def job_template_of_queue(queue_id: str | None) -> Transaction[Row | None]:
    """Return the row with the template of jobs of the pool in which a queue is, or None without a queue."""
    if queue_id is None:
        return None
    rows = yield Statement(
        "SELECT work_pool.id AS id, work_pool.name AS name, work_pool.base_job_template AS base_job_template "
        "FROM work_queue JOIN work_pool ON work_pool.id = work_queue.work_pool_id WHERE work_queue.id = ?",
        (queue_id,),
    )
    return rows[0] if rows else None
