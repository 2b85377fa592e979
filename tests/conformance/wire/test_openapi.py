"""Our OpenAPI document holds whatever the REST API has: paths, parameters, bodies, fields, enum members, statuses.

`tests/data/rest-api.json` holds the facts. A client that was written for the API must find all of it here; what we
have besides is our own affair. Each difference stands in `DIFFERENCES` with its reason, and nowhere else.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect.server.api.server import create_app
from tests.conformance.wire.differences import DIFFERENCES

FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "rest-api.json").read_text(encoding="utf-8")
)
PLAIN = ("string", "integer", "number", "boolean", "null", "array", "object")


@functools.cache
def ours() -> dict[str, Any]:
    """Our document, with paths as the facts have them: below the root of the API, parameters without names."""
    document = create_app().openapi()
    paths = {bare(path.removeprefix("/api")): methods for path, methods in document["paths"].items()}
    return {**document, "paths": paths}


def bare(path: str) -> str:
    """A path without the names of its parameters, which no client sends."""
    return re.sub(r"{\w+}", "{}", path)


class Shape:
    """What a schema says, as a flat set of facts that can be compared: `.name: string`, `.tags[]: string`."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self.schemas = schemas

    def of(self, schema: dict[str, Any] | None, at: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
        """Tell the facts of a schema; a schema within itself is told once."""
        if schema is None:
            return
        if not set(schema) - {"title", "default", "description"}:
            yield f"{at}: anything"
            return
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            if name not in seen:
                yield from self.of(self.schemas[name], at, (*seen, name))
            return
        for variant in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
            yield from self.of(variant, at, seen)
        values = schema.get("enum", [schema["const"]] if "const" in schema else [])
        yield from (f"{at} = {value}" for value in values)
        kind = schema.get("type")
        if kind in PLAIN and not values:
            yield f"{at}: {kind}"
        yield from self.of(schema.get("items"), f"{at}[]", seen)
        if isinstance(schema.get("additionalProperties"), dict):
            yield from self.of(schema["additionalProperties"], f"{at}{{}}", seen)
        for name, inner in schema.get("properties", {}).items():
            yield f"{at}.{name}"
            yield from self.of(inner, f"{at}.{name}", seen)
        yield from (f"{at}.{name} is required" for name in schema.get("required", ()))


def lacking(theirs: set[str], mine: set[str]) -> list[str]:
    """The facts that are not among ours; where we take anything, nothing is missing."""
    open_ends = [fact.removesuffix("anything") for fact in mine if fact.endswith(": anything")]
    return sorted(
        fact
        for fact in theirs - mine
        if not any(fact.startswith(end) for end in open_ends) and not fact.endswith(": anything")
    )


def missing(operation: dict[str, Any]) -> list[str]:
    """What the facts have of an operation and our document lacks, or wants without need."""
    theirs, mine = Shape(FACTS["schemas"]), Shape(ours()["components"]["schemas"])
    here = ours()["paths"].get(bare(operation["path"]), {}).get(operation["method"].lower())
    if here is None:
        return ["the operation"]
    found: list[str] = []
    parameters = {(p["in"], p["name"]): p for p in here.get("parameters", ())}
    for parameter in operation.get("params", ()):
        key = (parameter["in"], parameter["name"])
        if parameter["in"] == "query":
            if key not in parameters:
                found.append(f"query {key[1]}")
            elif parameters[key].get("required") and not parameter.get("required"):
                found.append(f"query {key[1]} is required here")
    wanted, has = operation.get("body"), here.get("requestBody")
    if wanted:
        if not has:
            return [*found, "the body"]
        if has.get("required") and not wanted["required"]:
            found.append("the body is required here")
        told = set(theirs.of(wanted["schema"]))
        mine_told = set(mine.of(next(iter(has["content"].values()))["schema"]))
        found += [f"body{fact}" for fact in lacking(told, mine_told) if not fact.endswith("is required")]
        extra = {fact for fact in mine_told - told if fact.endswith("is required")}
        found += [f"body{fact} here" for fact in sorted(extra)]
    for status, schema in operation["responses"].items():
        answers = {code for code in here["responses"] if code.startswith("2")}
        allowed = {status, *(str(code) for code in operation.get("other_status", ()) if 200 <= code < 300)}
        if not answers & allowed:
            found.append(f"status {status}")
            continue
        content = here["responses"][min(answers & allowed)].get("content", {})
        answer = next(iter(content.values()), {}).get("schema")
        told, mine_told = set(theirs.of(schema)), set(mine.of(answer))
        found += [
            f"answer{fact}"
            for fact in lacking(told, mine_told)
            if not fact.endswith(("is required", ": null"))
        ]
    if operation["has_422"] and "422" not in here["responses"]:
        found.append("status 422")
    return found


@pytest.mark.parametrize(
    "operation", FACTS["operations"], ids=[f"{o['method']} {o['path']}" for o in FACTS["operations"]]
)
def test_an_operation_takes_and_gives_what_clients_know(operation: dict[str, Any]) -> None:
    """Path, parameters, fields, enum members and statuses of an operation are all there."""
    key = f"{operation['method']} {operation['path']}"
    excused = DIFFERENCES.get(key, {})
    assert [fact for fact in missing(operation) if fact not in excused] == []
    assert [fact for fact in excused if fact not in missing(operation)] == [], "no difference any more"
