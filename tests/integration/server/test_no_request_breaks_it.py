"""Requests made to break the server, on every route of its document: it refuses them, and says why."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from prefect.server.api.application import Application
from prefect.settings import get_current_settings

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "x",
    "\0",
    "a" * 5000,
    "💥",
    str(uuid4()),
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59+14:00",
    "P99999999999D",
    [],
    [[]],
    ["x", 1, None],
    {},
    {"": {}},
    {"any_": []},
    {"operator": "or_"},
)
BODIES = (
    b"",
    b"null",
    b"{",
    b"[]",
    b'"x"',
    b"5",
    b"NaN",
    b'{"\\ud800": 1}',
    b'"\xff"',
    b"[" * 3000 + b"]" * 3000,
)
PATHS = ("x", "%00", "%FF%FE", "a%2Fb", "-", "💥", "9" * 400)


class Fitting:
    """Makes values that fit a schema of the document."""

    def __init__(self, schemas: dict[str, Any], choice: random.Random) -> None:
        self._schemas = schemas
        self._choice = choice

    def some_of(self, values: tuple[Any, ...]) -> list[Any]:
        return self._choice.sample(values, 8)

    def value(self, schema: dict[str, Any], depth: int = 0) -> Any:
        if "$ref" in schema:
            return self.value(self._schemas[schema["$ref"].rpartition("/")[2]], depth + 1)
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return self.value(self._choice.choice(options), depth)
        if "const" in schema or "enum" in schema:
            return schema.get("const") or self._choice.choice(schema["enum"])
        make = {"object": self._object, "array": self._array, "string": self._text}.get(
            schema.get("type", "")
        )
        return self._simple(schema) if make is None else make(schema, depth)

    def _object(self, schema: dict[str, Any], depth: int) -> Any:
        needed, named = schema.get("required", ()), schema.get("properties", {}).items()
        keeps = {name for name, _ in named if name in needed or (depth < 4 and self._choice.random() < 0.5)}
        return {name: self.value(part, depth + 1) for name, part in named if name in keeps}

    def _array(self, schema: dict[str, Any], depth: int) -> Any:
        return [] if depth > 4 else [self.value(schema.get("items", {}), depth + 1)]

    def _text(self, schema: dict[str, Any], depth: int) -> Any:
        formats = {"uuid": str(uuid4()), "date-time": "2026-01-02T03:04:05Z", "duration": "PT5S"}
        return formats.get(schema.get("format", ""), self._choice.choice(["a", "b-c", "x y"]))

    def _simple(self, schema: dict[str, Any]) -> Any:
        low, high = int(schema.get("minimum", 0)), int(schema.get("maximum", 100))
        number = self._choice.randint(low, max(low, high))
        return {"boolean": True, "null": None}.get(schema.get("type", "null"), number)


def bodies(schema: dict[str, Any], fitting: Fitting) -> Iterator[bytes]:
    """Bodies that fit, bodies of which one part does not, and bodies that are none."""
    yield from BODIES
    for _ in range(4):
        yield json.dumps(fitting.value(schema)).encode()
    whole = fitting.value(schema)
    if isinstance(whole, dict):
        properties = fitting._schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        for name in properties.get("properties", ()):
            for odd in fitting.some_of(ODD):
                yield json.dumps({**whole, name: odd}).encode()


def refuses(status: int, documented: set[str]) -> bool:
    return status < 500 and (str(status) in documented or 400 <= status < 500)


# Held against the routes by a test of `ui/`. To make it takes seconds, and each process of the tests reads this file.
DOCUMENT = json.loads((Path(__file__).parents[3] / "ui" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]


@pytest.mark.parametrize("tag", sorted({path.split("/")[1] for _, path in OPERATIONS}))
async def test_no_request_breaks_the_server(tag: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is asked in whatever way, the server answers that it is done, or that it cannot be done, and goes on."""
    choice = random.Random(tag)
    fitting = Fitting(DOCUMENT["components"]["schemas"], choice)
    application = Application(get_current_settings())
    transport = httpx2.ASGITransport(app=application)
    broken: list[tuple[Any, ...]] = []
    made: list[str] = []
    async with httpx2.AsyncClient(transport=transport, base_url="http://server/api") as api:
        # Twice, so that the second time there is something to read, change and delete.
        for method, path in [one for one in OPERATIONS if one[1].split("/")[1] == tag] * 2:
            described = DOCUMENT["paths"][path][method.lower()]
            content = (
                described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            )
            places = [p["name"] for p in described.get("parameters", ()) if p["in"] == "path"]
            queries = [p["name"] for p in described.get("parameters", ()) if p["in"] == "query"]
            asked = (
                [(str(uuid4()), body) for body in bodies(content, fitting)]
                if content
                else [(str(uuid4()), b"")]
            )
            asked += [(odd, asked[-1][1]) for odd in PATHS if places]
            for value, body in asked:
                where = path
                for name in places:
                    known = made if value not in PATHS and choice.random() < 0.8 else []
                    where = where.replace(f"{{{name}}}", choice.choice(known or [value]))
                params = {name: choice.choice(["x", "", "\0", str(uuid4()), "true"]) for name in queries}
                headers = {"content-type": "application/json"} if body else {}
                answer = await api.request(method, where, params=params, content=body, headers=headers)
                if answer.status_code in {200, 201} and answer.content.startswith(b'{"id"'):
                    made = [*made[-9:], answer.json()["id"]]
                if not refuses(answer.status_code, set(described["responses"])):
                    broken.append((method, where, params, body[:300], answer.status_code, answer.text[:200]))
    application.here.close()
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not broken, (broken[:5], len(broken))
    assert not errors, errors[:3]
