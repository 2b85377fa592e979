"""Make `tests/data/python-api.json`: the public names of the API that we follow, as bare facts.

    python tools/api_facts.py REFERENCE.json > tests/data/python-api.json

The reference is a description of a whole package: modules, their definitions, parameters, fields. Kept are the names
that count as public in the rooms that we cover: those in a module's `__all__`, and where there is none, those that are
defined in the module and do not begin with an underscore. Loggers are left out. Of annotations nothing is kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOMS = """
    flows tasks states futures task_runners results cache_policies transactions locking serializers filesystems blocks
    variables artifacts assets concurrency runtime context settings logging input testing utilities.annotations
    exceptions deployments runner.storage types.entrypoint main
""".split()
SPECIAL = {
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__call__",
    "__iter__",
    "__aiter__",
    "__next__",
}
KEPT = {"value": ("v",), "enum": ("members",), "alias_of": ("to",)}


def covered(module: str) -> bool:
    """Return whether a module belongs to our rooms and is not private."""
    inside = any(f"{module}.".startswith(f"prefect.{room}.") for room in ROOMS)
    return inside and not any(part.startswith("_") for part in module.split("."))


def signature(function: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a function, without annotations, and how it is called."""
    facts: dict[str, Any] = {}
    if "params" in function:
        facts["params"] = [part[:3] for part in function["params"]]
    return facts | {key: function[key] for key in ("async", "dual", "kind") if key in function}


def method_facts(method: dict[str, Any]) -> dict[str, Any]:
    """Return the signature of a method without what it is bound to."""
    facts = signature(method)
    params = facts.get("params")
    if params and params[0][0] in {"self", "cls", "_cls"}:
        facts["params"] = params[1:]
    return facts


def member_is_public(name: str) -> bool:
    """Return whether a member of a class is for users; pydantic's own hook is not."""
    return (not name.startswith("_") and name != "model_post_init") or name in SPECIAL


def facts_of(definition: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared of one definition."""
    kind = definition["k"]
    facts: dict[str, Any] = {"k": kind} | {
        key: definition[key] for key in KEPT.get(kind, ()) if key in definition
    }
    if kind == "function":
        return facts | signature(definition)
    if bases := [base for base in definition.get("bases", ()) if base not in {"typing.Generic", "abc.ABC"}]:
        facts["bases"] = bases
    if "init" in definition and kind not in {"model", "dataclass"}:
        facts["init"] = [part[:3] for part in definition["init"]]
    fields = definition.get("fields") or {}
    if kind == "typeddict":  # its fields are no attributes
        fields = {}
    if isinstance(fields, dict):
        fields = {name: field.get("default") for name, field in fields.items() if member_is_public(name)}
    if fields:
        facts["fields"] = fields
    methods = {
        name: method_facts(method)
        for name, method in definition.get("methods", {}).items()
        if member_is_public(name)
    }
    if methods:
        facts["methods"] = methods
    attributes = {
        *definition.get("props", ()),
        *definition.get("attrs", ()),
        *definition.get("instance_attrs", ()),
    }
    if attributes := sorted(name for name in attributes - set(fields) if member_is_public(name)):
        facts["attributes"] = attributes
    return facts


def public_names(module: dict[str, Any]) -> dict[str, Any]:
    """Return the public names of a module with their facts; what is public but defined elsewhere is a `name`."""
    defined: dict[str, Any] = module.get("defs", {})
    names = module.get("__all__") or [name for name in defined if not name.startswith("_")]
    facts = {name: facts_of(defined[name]) if name in defined else {"k": "name"} for name in names}
    return {
        name: fact for name, fact in facts.items() if "Logger" not in defined.get(name, {}).get("type", "")
    }


def main() -> None:
    """Read the reference named on the command line and print the facts, one name a line."""
    reference = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    ancestors = reference["exceptions_mro"]
    lines: list[str] = []
    for name, module in sorted(reference["modules"].items()):
        if covered(name) and (public := public_names(module)):
            if name == "prefect.exceptions":
                for each, facts in public.items():
                    facts["ancestors"] = ancestors.get(each, [])
            told = ",\n".join(
                f"  {json.dumps(each)}: {json.dumps(facts)}" for each, facts in sorted(public.items())
            )
            lines.append(f" {json.dumps(name)}: {{\n{told}\n }}")
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
