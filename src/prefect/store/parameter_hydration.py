"""Parameters that say how their value is found: as JSON, from a variable, from a template.

Such a parameter is an object with the member `__prefect_kind`; they come from forms, whose fields hold text.
"""

from __future__ import annotations

import json
from typing import Any, cast

from prefect.exceptions import RequestRefused
from prefect.store.columns import json_value
from prefect.store.statements import Statement, Transaction

KIND = "__prefect_kind"


def hydrated(parameters: dict[str, Any]) -> Transaction[dict[str, Any]]:
    """Return parameters with the values that they say.

    Raises:
        RequestRefused: A value cannot be found.
    """
    # Most parameters are plain values, and are taken as they are.
    if not _has_kinds(parameters):
        return parameters
    return cast("dict[str, Any]", (yield from _hydrated(parameters)))


def _has_kinds(value: Any) -> bool:
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return KIND in parts or any(map(_has_kinds, parts.values()))
    return isinstance(value, list) and any(map(_has_kinds, cast("list[Any]", value)))


def _hydrated(value: Any) -> Transaction[Any]:
    if isinstance(value, list):
        items: list[Any] = []
        for item in cast("list[Any]", value):
            one = yield from _hydrated(item)
            items.append(one)
        return items
    if not isinstance(value, dict):
        return value
    parts = cast("dict[str, Any]", value)
    kind = parts.get(KIND)
    if kind is None:
        members: dict[str, Any] = {}
        for name, part in parts.items():
            members[name] = yield from _hydrated(part)
        return members
    if kind == "workspace_variable":
        return (yield from _from_variable(parts.get("variable_name")))
    inner = yield from _hydrated(parts.get("template" if kind == "jinja" else "value"))
    reading = {"json": _from_json, "jinja": _from_template}.get(kind)
    return inner if reading is None else reading(inner)


def _from_json(text: Any) -> Any:
    if text is None or not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise _refusal(f"Invalid JSON: {error}") from error


def _from_variable(name: Any) -> Transaction[Any]:
    rows = yield Statement("SELECT value FROM variable WHERE name = ?", (str(name),))
    if not rows:
        raise _refusal(f"Variable {str(name)!r} not found in workspace.")
    return None if rows[0]["value"] is None else json_value(rows[0]["value"])


def _from_template(template: Any) -> Any:
    if not isinstance(template, str):
        return template
    try:
        # only a form with a template needs it
        from jinja2 import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError as error:
        raise _refusal("Templates need jinja2; run: pip install jinja2") from error
    try:
        return ImmutableSandboxedEnvironment().from_string(template).render()
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise _refusal(f"Invalid jinja: {error}") from error


def _refusal(why: str) -> RequestRefused:
    return RequestRefused(f"Error hydrating flow run parameters: {why}", 400)
