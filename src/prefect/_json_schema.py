"""Whether a value fits a JSON schema, and if not, why.

It knows the keywords of draft 2020-12 that models and functions are described with. A `$ref` points into the schema
itself. `format` is a remark for whoever fills in a form: it refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_Schema = Mapping[str, Any] | bool
_Path = tuple[str | int, ...]


class Misfit(NamedTuple):
    """One reason why a value does not fit: where in it, and what is wrong there."""

    path: _Path
    reason: str

    @property
    def field(self) -> str:
        """The place in the value, as in "steps[1].name"; empty for the value itself."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return text.removeprefix(".")


def misfits(value: Any, schema: _Schema) -> Iterator[Misfit]:
    """Find the reasons why a value does not fit a schema, those that concern the whole of it first."""
    return _Check(schema).find(value, schema, ())


def explain_misfit(value: Any, schema: _Schema) -> str | None:
    """Return a sentence on the first reason why a value does not fit a schema; None if it fits."""
    for misfit in misfits(value, schema):
        where = f" for field {misfit.field!r}" if misfit.path else ""
        return f"Validation failed{where}. Failure reason: {misfit.reason}"
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and float(value).is_integer(),
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


_NUMBERS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (lambda value, limit: value >= limit, "is less than the minimum of"),
    "maximum": (lambda value, limit: value <= limit, "is greater than the maximum of"),
    "exclusiveMinimum": (lambda value, limit: value > limit, "is less than or equal to the minimum of"),
    "exclusiveMaximum": (lambda value, limit: value < limit, "is greater than or equal to the maximum of"),
    "multipleOf": (lambda value, limit: (value / limit).is_integer(), "is not a multiple of"),
}
_SIZES: dict[str, tuple[type, Callable[[int, int], bool], str]] = {
    "minLength": (str, lambda size, limit: size >= limit, "is too short"),
    "maxLength": (str, lambda size, limit: size <= limit, "is too long"),
    "minItems": (list, lambda size, limit: size >= limit, "is too short"),
    "maxItems": (list, lambda size, limit: size <= limit, "is too long"),
    "minProperties": (dict, lambda size, limit: size >= limit, "does not have enough properties"),
    "maxProperties": (dict, lambda size, limit: size <= limit, "has too many properties"),
}


class _Check:
    """Checks values against parts of one schema."""

    def __init__(self, root: _Schema) -> None:
        self._root = root

    def find(self, value: Any, schema: _Schema, path: _Path) -> Iterator[Misfit]:
        if isinstance(schema, bool):
            if not schema:
                yield Misfit(path, f"{value!r} is not allowed")
            return
        if "$ref" in schema:
            yield from self.find(value, self._referred(schema["$ref"]), path)
        wrong_type = self._wrong_type(value, schema.get("type"))
        if wrong_type:
            yield Misfit(path, wrong_type)
            return  # what else is asked for, is asked of a value of that type
        yield from self._values(value, schema, path)
        yield from self._sizes(value, schema, path)
        yield from self._alternatives(value, schema, path)
        if isinstance(value, dict):
            yield from self._object(value, schema, path)  # pyright: ignore[reportUnknownArgumentType] - a dictionary of anything
        elif isinstance(value, list):
            yield from self._array(value, schema, path)  # pyright: ignore[reportUnknownArgumentType] - a list of anything

    def _referred(self, reference: str) -> _Schema:
        found: Any = self._root
        for part in reference.removeprefix("#").split("/")[1:]:
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found

    @staticmethod
    def _wrong_type(value: Any, kinds: str | Sequence[str] | None) -> str | None:
        if kinds is None:
            return None
        names = [kinds] if isinstance(kinds, str) else list(kinds)
        if any(_TYPES[name](value) for name in names):
            return None
        return f"{value!r} is not of type {', '.join(map(repr, names))}"

    @staticmethod
    def _values(value: Any, schema: Mapping[str, Any], path: _Path) -> Iterator[Misfit]:
        if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
            yield Misfit(path, f"{value!r} is not one of {schema['enum']!r}")
        if "const" in schema and not _same(value, schema["const"]):
            yield Misfit(path, f"{schema['const']!r} was expected")
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            yield Misfit(path, f"{value!r} does not match {schema['pattern']!r}")
        if _is_number(value):
            for keyword, (fits, words) in _NUMBERS.items():
                if keyword in schema and not fits(value, schema[keyword]):
                    yield Misfit(path, f"{value!r} {words} {schema[keyword]!r}")

    @staticmethod
    def _sizes(value: Any, schema: Mapping[str, Any], path: _Path) -> Iterator[Misfit]:
        for keyword, (kind, fits, words) in _SIZES.items():
            if keyword in schema and isinstance(value, kind) and not fits(len(value), schema[keyword]):  # pyright: ignore[reportUnknownArgumentType] - text or a collection
                yield Misfit(path, f"{value!r} {words}")
        if schema.get("uniqueItems") and isinstance(value, list):
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - a list of anything
            if any(_same(item, other) for place, item in enumerate(items) for other in items[:place]):
                yield Misfit(path, f"{value!r} has non-unique elements")

    def _alternatives(self, value: Any, schema: Mapping[str, Any], path: _Path) -> Iterator[Misfit]:
        for part in schema.get("allOf", ()):
            yield from self.find(value, part, path)
        for keyword in ("anyOf", "oneOf"):
            if keyword not in schema:
                continue
            failures = [list(self.find(value, part, path)) for part in schema[keyword]]
            if all(failures):
                # A value that is of the kind of one alternative is told what is wrong with it there.
                deeper = [found for found in failures if not found[0].reason.startswith(f"{value!r} is not")]
                if len(deeper) == 1:
                    yield from deeper[0]
                else:
                    yield Misfit(path, f"{value!r} is not valid under any of the given schemas")
            elif keyword == "oneOf" and sum(not found for found in failures) > 1:
                yield Misfit(path, f"{value!r} is valid under more than one of the given schemas")
        if "not" in schema and not any(self.find(value, schema["not"], path)):
            yield Misfit(path, f"{value!r} should not be valid under {schema['not']!r}")

    def _object(self, value: dict[str, Any], schema: Mapping[str, Any], path: _Path) -> Iterator[Misfit]:
        for name in schema.get("required", ()):
            if name not in value:
                yield Misfit(path, f"{name!r} is a required property")
        properties: Mapping[str, _Schema] = schema.get("properties", {})
        patterns: Mapping[str, _Schema] = schema.get("patternProperties", {})
        others = [name for name in value if name not in properties]
        others = [name for name in others if not any(re.search(pattern, name) for pattern in patterns)]
        additional: _Schema = schema.get("additionalProperties", True)
        if additional is False and others:
            were = f"{', '.join(map(repr, others))} {'was' if len(others) == 1 else 'were'} unexpected"
            yield Misfit(path, f"Additional properties are not allowed ({were})")
            others = []
        for name, part in properties.items():
            if name in value:
                yield from self.find(value[name], part, (*path, name))
        for pattern, part in patterns.items():
            for name, item in value.items():
                if re.search(pattern, name):
                    yield from self.find(item, part, (*path, name))
        for name in others:
            yield from self.find(value[name], additional, (*path, name))
        if "propertyNames" in schema:
            for name in value:
                yield from self.find(name, schema["propertyNames"], path)

    def _array(self, value: list[Any], schema: Mapping[str, Any], path: _Path) -> Iterator[Misfit]:
        first: Sequence[_Schema] = schema.get("prefixItems", ())
        for place, item in enumerate(value):
            part = first[place] if place < len(first) else schema.get("items", True)
            yield from self.find(item, part, (*path, place))
