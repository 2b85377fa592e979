"""Values of forms checked against the schema of what they are for, with kinds of values that are worked out first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from prefect._json_schema import Misfit, misfits
from prefect.server.api.templates import mistake_in

KIND: Final = "__prefect_kind"
"""The key that tells that an object stands for a value."""

Path = tuple[str | int, ...]

_REQUIRED = re.compile(r"'(.*)' is a required property")


class _Unknown:
    """Stands for a value that is not known before a run, or that cannot be worked out."""

    def __repr__(self) -> str:
        return "what is worked out later"


_UNKNOWN: Final = _Unknown()
_ABSENT: Final = _Unknown()


@dataclass
class WorkedOut:
    """Values with what stood for others replaced.

    Attributes:
        values: The values.
        mistakes: What could not be worked out: where, and why.
        unknown: Where the value is not known yet.
    """

    values: Any = None
    mistakes: list[Misfit] = field(default_factory=list[Misfit])
    unknown: set[Path] = field(default_factory=set[Path])


def variables_named(values: Any) -> set[str]:
    """Return the names of the variables that values stand for."""
    waiting, names = [values], set[str]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            parts = cast("dict[str, Any]", one)
            if parts.get(KIND) == "workspace_variable" and isinstance(parts.get("variable_name"), str):
                names.add(parts["variable_name"])
            waiting.extend(parts.values())
        elif isinstance(one, list):
            waiting.extend(cast("list[Any]", one))
    return names


def work_out(values: Any, variables: Mapping[str, Any]) -> WorkedOut:
    """Return values with what stands for others replaced.

    Args:
        values: The values, as a form sends them.
        variables: The values of the variables that are named in them.
    """
    result = WorkedOut()
    result.values = _worked_out(values, (), variables, result)
    return result


def _worked_out(value: Any, path: Path, variables: Mapping[str, Any], result: WorkedOut) -> Any:
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [_worked_out(item, (*path, place), variables, result) for place, item in enumerate(items)]
    if not isinstance(value, dict):
        return value
    parts = cast("dict[str, Any]", value)
    kind = parts.get(KIND)
    if kind is not None:
        meaning = _KINDS.get(kind)
        return None if meaning is None else meaning(parts, path, variables, result)
    made = {name: _worked_out(item, (*path, name), variables, result) for name, item in parts.items()}
    return {name: item for name, item in made.items() if item is not _ABSENT}


def _plain(parts: dict[str, Any], path: Path, variables: Mapping[str, Any], result: WorkedOut) -> Any:
    return parts.get("value", _ABSENT)


def _json(parts: dict[str, Any], path: Path, variables: Mapping[str, Any], result: WorkedOut) -> Any:
    if parts.get("value") in {None, ""}:
        return _ABSENT
    try:
        return json.loads(parts["value"])
    except (TypeError, ValueError, RecursionError) as error:
        return _mistake(path, f"Invalid JSON: {error}", result)


def _template(parts: dict[str, Any], path: Path, variables: Mapping[str, Any], result: WorkedOut) -> Any:
    wrong = mistake_in(str(parts.get("template") or ""))
    if wrong is not None:
        return _mistake(path, f"Invalid jinja: {wrong[1]}", result)
    result.unknown.add(path)
    return _UNKNOWN


def _variable(parts: dict[str, Any], path: Path, variables: Mapping[str, Any], result: WorkedOut) -> Any:
    name = parts.get("variable_name")
    if not name:
        return _ABSENT
    if name not in variables:
        return _mistake(path, f"Variable {name!r} not found in workspace.", result)
    return variables[name]


def _mistake(path: Path, reason: str, result: WorkedOut) -> Any:
    result.mistakes.append(Misfit(path, reason))
    result.unknown.add(path)
    return _UNKNOWN


_KINDS: Mapping[str, Callable[[dict[str, Any], Path, Mapping[str, Any], WorkedOut], Any]] = {
    "none": _plain,
    "json": _json,
    "jinja": _template,
    "workspace_variable": _variable,
}


def errors_of_form(values: WorkedOut, schema: Mapping[str, Any]) -> list[Any]:
    """Return what is wrong with values, nested as they are: `{"property": "a", "errors": ["…"]}`.

    Args:
        values: The values.
        schema: The schema that they are to fit.

    Raises:
        ValueError: The schema cannot be used.
    """
    try:
        found = [*misfits(_without_empty(values.values, schema), schema)]
    except (KeyError, TypeError, AttributeError, re.error, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    known = [misfit for misfit in found if not _concerns_unknown(misfit, values.unknown)]
    return _nested([*values.mistakes, *map(_at_the_missing, known)])


def _without_empty(values: Any, schema: Mapping[str, Any]) -> Any:
    """A field of a form that may be left out is left out where it is empty."""
    if not isinstance(values, dict):
        return values
    needed = schema.get("required", ())
    fields = cast("dict[str, Any]", values)
    return {name: value for name, value in fields.items() if value is not None or name in needed}


def _concerns_unknown(misfit: Misfit, unknown: Iterable[Path]) -> bool:
    for path in unknown:
        if misfit.path[: len(path)] == path:
            return True
        if path[: len(misfit.path)] == misfit.path and "any of the given schemas" in misfit.reason:
            return True
    return False


def _at_the_missing(misfit: Misfit) -> Misfit:
    match = _REQUIRED.fullmatch(misfit.reason)
    return Misfit((*misfit.path, match[1]), misfit.reason) if match else misfit


def _nested(found: Iterable[Misfit]) -> list[Any]:
    at: dict[Path, list[Any]] = {(): []}
    for misfit in found:
        for depth, part in enumerate(misfit.path):
            path = misfit.path[: depth + 1]
            if path not in at:
                at[path] = []
                key = "index" if isinstance(part, int) else "property"
                at[path[:-1]].append({key: part, "errors": at[path]})
        at[misfit.path].append(misfit.reason)
    return at[()]
