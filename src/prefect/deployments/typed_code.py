"""Python code that knows deployments: a class for each, whose methods take what the flow takes, with its types."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_OWN = frozenset({"self", "more"})


class Known(NamedTuple):
    """What is known of a deployment: its full name, what it is for, its parameters, and the variables of its pool.

    Attributes:
        name: FLOW/DEPLOYMENT.
        description: What it is for.
        parameters: The JSON schema of the flow's parameters.
        given: Parameters that the deployment has already.
        variables: The JSON schema of the variables of its work pool's jobs.
    """

    name: str
    description: str | None
    parameters: Mapping[str, Any]
    given: Mapping[str, Any]
    variables: Mapping[str, Any]


def typed_code(deployments: Iterable[Known], version: str) -> str:
    """Return a module that knows deployments."""
    known = sorted(deployments, key=lambda one: one.name)
    names = _class_names([one.name for one in known])
    literal = ", ".join(repr(one.name) for one in known)
    overloads = "".join(
        f"    @overload\n    @staticmethod\n    def from_name(name: Literal[{one.name!r}]) -> {names[one.name]}: ...\n"
        for one in known
    )
    if len(known) == 1:
        overloads = ""
    kinds = " | ".join(names.values())
    return "\n".join(
        [
            '"""Deployments that can be run from code, made by `prefect sdk generate`. Make it anew when they change.',
            "",
            f'Prefect {version}.\n"""',
            "",
            "from __future__ import annotations",
            "",
            "from typing import Any, Literal, overload",
            "",
            "from prefect.deployments.handles import UNSET, DeploymentHandle",
            "from prefect.futures import PrefectFlowRunFuture",
            "",
            '__all__ = ["DeploymentName", "deployments"]',
            "",
            f"DeploymentName = Literal[{literal}]",
            "",
            *(_class(names[one.name], one) for one in known),
            "",
            "class deployments:",
            '    """The deployments, by their names."""',
            "",
            overloads
            + f"    @staticmethod\n    def from_name(name: DeploymentName) -> {kinds}:\n"
            + '        """Return the deployment of a name, FLOW/DEPLOYMENT; a KeyError if there is none."""\n'
            + f"        found: dict[str, {' | '.join(f'type[{kind}]' for kind in names.values())}] = {{\n"
            + "".join(f"            {name!r}: {kind},\n" for name, kind in names.items())
            + "        }\n        return found[name]()",
            "",
        ]
    )


def _class_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name of a class for each deployment; those that would be the same are numbered."""
    made: dict[str, str] = {}
    for name in names:
        words = re.findall(r"[A-Za-z0-9]+", name)
        wanted = "".join(word[0].upper() + word[1:] for word in words)
        wanted = wanted if wanted[:1].isalpha() else f"Deployment{wanted}"
        number, free = 1, wanted
        while free in made.values() or free == "DeploymentHandle":
            number += 1
            free = f"{wanted}{number}"
        made[name] = free
    return made


def _class(class_name: str, known: Known) -> str:
    about = f"{known.name}{f': {known.description}' if known.description else ''}"
    parameters = _arguments(known.parameters, known.given)
    variables = _arguments({**known.variables, "required": []}, {}, otherwise="None")
    code = [
        "",
        f"class {class_name}(DeploymentHandle):",
        f"    {_docstring(about)}",
        "",
        f"    name = {known.name!r}",
        "",
    ]
    if variables:
        code += [
            f"    def with_infra(self, *, {', '.join(variables.values())}) -> {class_name}:",
            '        """Return a handle whose runs are started with these variables of the work pool\'s jobs."""',
            f"        return self._with_job_variables({', '.join(f'{name}={name}' for name in variables)})",
            "",
        ]
    signature = ", ".join(["self", *parameters.values(), "more: dict[str, Any] | None = None"])
    handed = ", ".join([*(f"{name!r}: {name}" for name in parameters), "**(more or {})"])
    for prefix, name, inner in (("", "run", "_run"), ("async ", "run_async", "_run_async")):
        code += [
            f"    {prefix}def {name}({signature}) -> PrefectFlowRunFuture[Any]:",
            '        """Create a run, and return its future. `more` has parameters whose names are no Python."""',
            f"        return {'await ' if prefix else ''}self.{inner}({{{handed}}})",
            "",
        ]
    return "\n".join(code)


def _arguments(
    schema: Mapping[str, Any], given: Mapping[str, Any], otherwise: str = "UNSET"
) -> dict[str, str]:
    """Return the arguments of a method, by name: what must be given comes first."""
    properties: dict[str, Any] = schema.get("properties") or {}
    definitions: dict[str, Any] = schema.get("definitions") or schema.get("$defs") or {}
    needed: set[str] = {*cast("Iterable[str]", schema.get("required") or ())} - {*given}
    order = sorted(properties, key=lambda name: (name not in needed, properties[name].get("position", 0)))
    made: dict[str, str] = {}
    for name in order:
        if not name.isidentifier() or keyword.iskeyword(name) or name in _OWN:
            continue
        kind = _kind(properties[name], definitions)
        if otherwise == "None" and kind not in {"Any", "None"} and not kind.endswith("| None"):
            kind += " | None"
        made[name] = f"{name}: {kind}" if name in needed else f"{name}: {kind} = {otherwise}"
    return made


def _kind(schema: Any, definitions: Mapping[str, Any]) -> str:
    """Return the type of what fits a JSON schema; Any where that is not told by it."""
    if not isinstance(schema, dict):
        return "Any"
    told = cast("dict[str, Any]", schema)
    if "enum" in told or "const" in told:
        choices = told.get("enum", [told.get("const")])
        plain = all(isinstance(choice, str | int | bool) or choice is None for choice in choices)
        return f"Literal[{', '.join(map(repr, choices))}]" if choices and plain else "Any"
    if "$ref" in told:
        inner = definitions.get(str(told["$ref"]).rpartition("/")[2], {})
        return _kind({key: inner[key] for key in ("enum", "type") if key in inner}, {})
    several = next((told[key] for key in ("anyOf", "oneOf", "allOf") if key in told), None)
    if several is not None:
        kinds = sorted({_kind(each, definitions): None for each in several}, key=lambda kind: kind == "None")
        together = "allOf" in told and len(kinds) > 1
        return "Any" if "Any" in kinds or not kinds or together else " | ".join(kinds)
    return _simple_kind(told, definitions)


def _simple_kind(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_kind(schema.get('items'), definitions)}]"
    if kind == "object":
        return f"dict[str, {_kind(schema.get('additionalProperties'), definitions)}]"
    return _TYPES.get(kind, "Any") if isinstance(kind, str) else "Any"


def _docstring(text: str) -> str:
    """Return a text as the literal of a docstring, whatever is in it."""
    first = " ".join(text.split())
    return json.dumps(first, ensure_ascii=False)
